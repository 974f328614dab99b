package org.agentos.federation.mirror;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.peer.Peer;

/**
 * What the mirrors need of the rest of the gateway. Everything here is called on event loops and may not block.
 *
 * @param heads how far a run's log reaches; {@link LogHead#lookup} makes one of an event log
 * @param replays whether a peer says that its streams start where they are asked to
 * @param directory the forwarded runs, for a reader whose run has no mirror in memory
 */
public record MirrorPorts(
        Function<RunKey, CompletionStage<LogHead>> heads,
        EnvelopeReader reader,
        MirrorSink sink,
        Predicate<Peer> replays,
        PeerGate gate,
        Function<RunKey, Optional<MirroredRun>> directory,
        RunEnded ended) {}
