/** What an operator sees: metrics, health and the keys that log lines carry. */
package org.agentos.federation.observe;
