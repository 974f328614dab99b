package org.agentos.federation.mirror;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.agentos.federation.eventlog.RunKey;

/**
 * What the mirrors need of the rest of the gateway. Everything here is called on event loops and may not block.
 *
 * @param heads how far a run's log reaches; {@link LogHead#lookup} makes one of an event log
 * @param directory the forwarded runs, for a reader whose run has no mirror in memory
 */
public record MirrorPorts(
        Function<RunKey, CompletionStage<LogHead>> heads,
        EnvelopeReader reader,
        MirrorSink sink,
        Function<RunKey, Optional<MirroredRun>> directory,
        RunEnded ended) {}
