/**
 * The durable truth: one append-only log per (tenant, run), where dedupe, order and durability are decided together.
 * Everything else in the gateway writes to it through {@link org.agentos.federation.eventlog.EventLog} or reads from it.
 */
package org.agentos.federation.eventlog;
