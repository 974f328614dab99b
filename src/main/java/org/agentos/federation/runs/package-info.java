/** What a tenant sees of its runs: where each lives, how it stands, what is kept of its events. */
package org.agentos.federation.runs;
