/**
 * The durable truth: one append-only log per (tenant, run), where dedupe, order and durability are decided together.
 * Everything else in the gateway writes to it through {@link org.agentos.federation.eventlog.EventLog} or reads from it. In here
 * is what the gateway knows of the log: its promises, events, positions and cursors. How the promises are held is in
 * {@code eventlog.store}, which this package does not know.
 */
package org.agentos.federation.eventlog;
