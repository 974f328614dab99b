/**
 * The event log on RocksDB. {@link org.agentos.federation.eventlog.store.RocksEventLog} puts it together: requests wait in a
 * queue for the writing thread, whose writers decide each; the syncing thread makes groups durable, then shows them to readers;
 * retention takes out what is old. docs/log-format.md has the format and the crash argument of each operation.
 */
package org.agentos.federation.eventlog.store;
