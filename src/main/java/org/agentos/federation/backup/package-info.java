/**
 * Backups: a consistent copy of the event log and the forward index, made while the gateway runs or not, and its way back
 * into a data directory. docs/operations.md says when and how.
 */
package org.agentos.federation.backup;
