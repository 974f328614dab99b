package org.agentos.federation.eventlog;

/** One run of one tenant: what an event log belongs to. Both ids are 1..256 characters without control characters. */
public record RunKey(String tenantId, String runId) {}
