package org.agentos.federation.settings;

/**
 * Taking events in.
 *
 * @param maxBatchEvents events in one request
 * @param maxEventBytes of one event
 * @param recentIds event ids claimed by requests under way or seen lately, over all runs
 */
public record IngestSettings(int maxBatchEvents, int maxEventBytes, int recentIds) {}
