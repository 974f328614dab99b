package org.agentos.federation.ingest;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.agentos.federation.eventlog.EventLog;

/**
 * What holds need of the rest of the gateway.
 *
 * @param readers may read the log's disk; they go on with the batches that waited
 */
public record HoldPorts(
        EventLog log, GapFill mirrors, ScheduledExecutorService timers, Executor readers, HoldMeters meters) {}
