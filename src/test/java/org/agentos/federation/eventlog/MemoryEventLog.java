package org.agentos.federation.eventlog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The event log's promises in memory. Appends are durable at once, or, after {@link #holdSync}, when the test says so.
 * Callbacks run on the thread that makes events durable.
 */
public final class MemoryEventLog implements EventLog {
    private static final CursorKeys KEYS = CursorKeys.of(new byte[32]);

    private final int tailEvents;
    private final Map<RunKey, Run> runs = new HashMap<>();
    private final Map<RunKey, Set<Runnable>> watchers = new ConcurrentHashMap<>();
    private final List<Runnable> unsynced = new ArrayList<>();
    private boolean synced = true;

    /** @param tailEvents newest events of a run that {@link #tail} reaches back to */
    public MemoryEventLog(int tailEvents) {
        this.tailEvents = tailEvents;
    }

    /** Appends from now on are written but not durable. */
    public synchronized void holdSync() {
        synced = false;
    }

    /** Makes all that is written durable. */
    public void sync() {
        List<Runnable> waiting;
        synchronized (this) {
            synced = true;
            waiting = List.copyOf(unsynced);
            unsynced.clear();
        }
        waiting.forEach(Runnable::run);
    }

    /** Deletes a run's events up to a position. */
    public synchronized void trim(RunKey run, Position upTo) {
        runs.get(run).earliest = upTo;
    }

    @Override
    public CompletionStage<Void> delete(RunKey run) {
        synchronized (this) {
            runs.computeIfAbsent(run, Run::new).deleted = true;
        }
        watchers.getOrDefault(run, Set.of()).forEach(Runnable::run);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Optional<Replaced>> hold(RunKey run, String holder) {
        Run old;
        synchronized (this) {
            old = runs.get(run);
            boolean its = old == null || old.holder.equals(Optional.of(holder));
            if (its) {
                runs.computeIfAbsent(run, Run::new).holder = Optional.of(holder);
                return CompletableFuture.completedStage(Optional.empty());
            }
            Run fresh = new Run(run);
            fresh.holder = Optional.of(holder);
            fresh.generation = old.generation + 1;
            runs.put(run, fresh);
        }
        watchers.getOrDefault(run, Set.of()).forEach(Runnable::run);
        return CompletableFuture.completedStage(Optional.of(new Replaced(old.holder, old.durable)));
    }

    public int watches() {
        return watchers.values().stream().mapToInt(Set::size).sum();
    }

    @Override
    public CompletionStage<List<Verdict>> append(Source source, List<IncomingEvent> events) {
        CompletableFuture<List<Verdict>> answer = new CompletableFuture<>();
        synchronized (this) {
            List<Verdict> verdicts = new ArrayList<>();
            Set<RunKey> touched = new HashSet<>();
            for (IncomingEvent event : events) {
                touched.add(event.run());
                verdicts.add(runs.computeIfAbsent(event.run(), Run::new).write(event, source));
            }
            unsynced.add(() -> {
                touched.forEach(this::makeDurable);
                answer.complete(verdicts);
            });
            if (!synced) {
                return answer;
            }
        }
        sync();
        return answer;
    }

    private void makeDurable(RunKey run) {
        synchronized (this) {
            runs.get(run).durable = runs.get(run).events.size();
        }
        watchers.getOrDefault(run, Set.of()).forEach(Runnable::run);
    }

    @Override
    public synchronized boolean probablyHolds(RunKey run, String eventId) {
        return runs.containsKey(run) && runs.get(run).ids.containsKey(eventId);
    }

    @Override
    public synchronized long lastSequenceHint(RunKey run) {
        return runs.containsKey(run) ? runs.get(run).last().sequence() : 0;
    }

    @Override
    public synchronized Optional<RunLog> find(RunKey run) {
        return Optional.ofNullable(runs.get(run))
                .filter(log -> log.durable > 0 || log.deleted || log.generation > 0)
                .map(Run::state);
    }

    @Override
    public synchronized LogPage read(RunKey run, Position after, int maxEvents, int maxBytes) {
        Run log = runs.get(run);
        return log == null || log.deleted ? new LogPage(List.of(), false) : log.page(after, maxEvents, maxBytes);
    }

    @Override
    public synchronized Cursor cursorAt(RunLog log, Position position) {
        Run run = runs.get(log.run());
        int after = run.indexAfter(position);
        return after == 0 ? Cursor.START : Cursor.after(run.events.get(after - 1));
    }

    @Override
    public synchronized Optional<LogPage> tail(RunKey run, Position after) {
        Run log = runs.get(run);
        boolean reaches = log != null && !log.deleted && after.compareTo(log.earliest) >= 0;
        if (!reaches || log.durable - log.indexAfter(after) > tailEvents) {
            return Optional.empty();
        }
        return Optional.of(log.page(after, Integer.MAX_VALUE, Integer.MAX_VALUE));
    }

    @Override
    public Watch watch(RunKey run, Runnable moved) {
        Set<Runnable> all = watchers.computeIfAbsent(run, key -> ConcurrentHashMap.newKeySet());
        all.add(moved);
        return () -> all.remove(moved);
    }

    @Override
    public long epoch() {
        return 1;
    }

    @Override
    public CursorKeys cursorKeys() {
        return KEYS;
    }

    @Override
    public Optional<String> problem() {
        return Optional.empty();
    }

    @Override
    public void close() {}

    private static final class Run {
        private final RunKey key;
        private final List<StoredEvent> events = new ArrayList<>();
        private final Map<String, IncomingEvent> ids = new HashMap<>();
        private final Map<Position, RunEnd> ends = new HashMap<>();
        private Position earliest = Position.START;
        private int durable;
        private boolean deleted;
        private Optional<String> holder = Optional.empty();
        private long generation;

        private Run(RunKey key) {
            this.key = key;
        }

        private Verdict write(IncomingEvent event, Source source) {
            if (deleted) {
                return verdict(Verdict.Status.LATE, Verdict.Reason.DELETED);
            }
            if (holder.isPresent() && source.peer().isPresent() && !holder.equals(source.peer())) {
                return verdict(Verdict.Status.FORBIDDEN, Verdict.Reason.HOLDER);
            }
            holder = holder.or(source::peer);
            IncomingEvent known = ids.get(event.eventId());
            if (known != null) {
                return known.envelope().equals(event.envelope())
                        ? verdict(Verdict.Status.DUPLICATE, Verdict.Reason.NONE)
                        : verdict(Verdict.Status.CONFLICT, Verdict.Reason.OTHER_CONTENT);
            }
            if (ends.containsKey(last())) {
                return verdict(Verdict.Status.LATE, Verdict.Reason.SEALED);
            }
            if (event.sequence() > 0 && event.sequence() <= last().sequence()) {
                boolean taken = ids.values().stream().anyMatch(stored -> stored.sequence() == event.sequence());
                return taken
                        ? verdict(Verdict.Status.CONFLICT, Verdict.Reason.OTHER_EVENT_ID)
                        : verdict(Verdict.Status.LATE, Verdict.Reason.SEQUENCE);
            }
            ids.put(event.eventId(), event);
            events.add(new StoredEvent(
                    last().next(event.sequence()), event.eventId().hashCode() | 1, event.envelope()));
            RunEnd.ofEventType(event.type()).ifPresent(end -> ends.put(last(), end));
            return verdict(Verdict.Status.ACCEPTED, Verdict.Reason.NONE);
        }

        private Verdict verdict(Verdict.Status status, Verdict.Reason reason) {
            return new Verdict(status, reason, Cursor.at(last()), generation);
        }

        private Position last() {
            return events.isEmpty()
                    ? Position.START
                    : events.get(events.size() - 1).position();
        }

        private RunLog state() {
            if (deleted) {
                return new RunLog(key, 1, generation, last(), last(), holder, Optional.empty(), true);
            }
            Position latest =
                    durable == 0 ? Position.START : events.get(durable - 1).position();
            return new RunLog(
                    key, 1, generation, earliest, latest, holder, Optional.ofNullable(ends.get(latest)), false);
        }

        private LogPage page(Position after, int maxEvents, int maxBytes) {
            int from = indexAfter(after.compareTo(earliest) < 0 ? earliest : after);
            int to = from;
            long bytes = 0;
            while (to < durable && to - from < maxEvents) {
                bytes += events.get(to).envelope().length();
                if (to > from && bytes > maxBytes) {
                    break;
                }
                to++;
            }
            return new LogPage(List.copyOf(events.subList(from, to)), to < durable);
        }

        /** The first durable event after a position. */
        private int indexAfter(Position after) {
            int low = 0;
            int high = durable;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (events.get(middle).position().isAfter(after)) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return low;
        }
    }
}
