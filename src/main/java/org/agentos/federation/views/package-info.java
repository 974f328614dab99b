/** What a tenant sees: its runs, where each lives and what is kept of it, and the peers it may use. */
package org.agentos.federation.views;
