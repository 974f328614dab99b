package org.agentos.federation.views;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.CursorCodec;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.RunCursors;
import org.agentos.federation.eventlog.RunEnd;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.RunLog;
import org.agentos.federation.forward.store.ForwardEntry;
import org.agentos.federation.forward.store.ForwardIndex;
import org.agentos.federation.holder.HeardState;
import org.agentos.federation.mirror.MirrorState;
import org.agentos.federation.peer.PathSegment;

/** Puts together what index, log and mirror know of a run. May read the disk. */
public final class RunViews {
    private static final String QUEUED = "queued";
    private static final String RUNNING = "running";
    private static final Set<String> STATES = Set.of(QUEUED, RUNNING, "completed", "failed", "canceled");
    private static final String UNKNOWN = "unknown";

    private final ForwardIndex index;
    private final EventLog log;
    private final CursorCodec cursors;
    private final Function<RunKey, Optional<MirrorState>> mirrors;
    private final InstantSource clock;

    public RunViews(
            ForwardIndex index,
            EventLog log,
            CursorCodec cursors,
            Function<RunKey, Optional<MirrorState>> mirrors,
            InstantSource clock) {
        this.index = index;
        this.log = log;
        this.cursors = cursors;
        this.mirrors = mirrors;
        this.clock = clock;
    }

    /**
     * One run, forwarded or only pushed.
     *
     * @param heard what came of asking its holder, if it was asked
     * @throws FederationException {@code not_found}, also for another tenant's
     */
    public RunView show(RunKey run, Optional<HeardState> heard) {
        Optional<ForwardEntry> entry = index.find(run);
        Optional<RunLog> events = log.find(run);
        if (entry.isEmpty() && events.isEmpty()) {
            throw new FederationException(ErrorCode.NOT_FOUND, "there is no such run");
        }
        return view(run, entry, events, heard);
    }

    /** A tenant's forwarded runs, oldest first, after a run of the same tenant. */
    public List<RunView> page(String tenantId, Optional<String> afterRun, int limit) {
        return index.page(tenantId, afterRun, limit).stream()
                .map(entry -> view(entry.run(), Optional.of(entry), log.find(entry.run()), Optional.empty()))
                .toList();
    }

    private RunView view(
            RunKey run, Optional<ForwardEntry> entry, Optional<RunLog> events, Optional<HeardState> heard) {
        RunCursors ofRun = cursors.forLog(run, events);
        return new RunView(
                run.runId(),
                run.tenantId(),
                entry.map(ForwardEntry::remoteStackId)
                        .or(() -> events.flatMap(RunLog::holder))
                        .orElse(null),
                entry.flatMap(ForwardEntry::agentId).orElse(null),
                entry.map(known -> known.createdAt().toString()).orElse(null),
                state(entry, events, heard.flatMap(HeardState::state)),
                source(entry, events, heard),
                heard.flatMap(HeardState::problem).orElse(null),
                deleted(entry, events) ? true : null,
                heard.filter(told -> told.state().isPresent())
                        .map(HeardState::at)
                        .or(() -> entry.map(ForwardEntry::stateAt))
                        .map(this::age)
                        .orElse(null),
                events.map(kept -> ofRun.encode(log.cursorAt(kept, kept.earliest())))
                        .orElse(null),
                events.map(kept -> ofRun.encode(log.cursorAt(kept, kept.latest())))
                        .orElse(null),
                events.map(kept -> kept.latest().sequence()).orElse(null),
                "/v1/federation/runs/" + PathSegment.of(run.runId()) + "/events",
                mirrors.apply(run).map(RunViews::mirror).orElse(null));
    }

    /** What is stored outranks what the peer once said: a terminal event is an end, any other shows that it began. */
    private static String state(Optional<ForwardEntry> entry, Optional<RunLog> events, Optional<String> heard) {
        Optional<String> sealed = events.flatMap(RunLog::end).map(RunEnd::wireName);
        boolean begun = events.isPresent() && !events.get().isEmpty();
        return sealed.or(() -> heard)
                .or(() -> entry.map(ForwardEntry::state).filter(STATES::contains))
                .map(state -> begun && state.equals(QUEUED) ? RUNNING : state)
                .orElse(UNKNOWN);
    }

    private static String source(Optional<ForwardEntry> entry, Optional<RunLog> events, Optional<HeardState> heard) {
        if (events.flatMap(RunLog::end).isPresent()) {
            return "log";
        }
        boolean told = heard.flatMap(HeardState::state).isPresent() || entry.isPresent();
        return told ? "holder" : null;
    }

    private static boolean deleted(Optional<ForwardEntry> entry, Optional<RunLog> events) {
        return events.map(RunLog::deleted).orElse(false)
                || entry.map(ForwardEntry::deleted).orElse(false);
    }

    private long age(Instant heard) {
        return Math.max(0, Duration.between(heard, clock.instant()).toMillis());
    }

    private static RunView.Mirror mirror(MirrorState state) {
        return new RunView.Mirror(
                state.phase().wireName(),
                state.connections(),
                state.lastError().orElse(null),
                state.lastEvent().map(Instant::toString).orElse(null),
                state.nextTry().map(Instant::toString).orElse(null));
    }
}
