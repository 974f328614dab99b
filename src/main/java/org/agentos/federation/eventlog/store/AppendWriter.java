package org.agentos.federation.eventlog.store;

import java.util.ArrayList;
import java.util.List;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Verdict;
import org.rocksdb.RocksDBException;

/** Gives the events of appends their verdicts and their places in runs. Used by the writing thread alone. */
final class AppendWriter {
    private final ActiveRuns active;
    private final DedupeRule rule;

    AppendWriter(ActiveRuns active, DedupeRule rule) {
        this.active = active;
        this.rule = rule;
    }

    /**
     * Decides a request.
     *
     * @return false when one of its runs can take no more; then nothing has changed
     */
    boolean apply(AppendRequest request, GroupBuilder group) throws RocksDBException {
        boolean room = hasRoom(request);
        if (room) {
            decide(request, group);
        }
        return room;
    }

    /** Asked before anything changes, so that the refusal takes nothing back. */
    private boolean hasRoom(AppendRequest request) throws RocksDBException {
        RunState run = null;
        for (IncomingEvent event : request.events()) {
            if (run == null || !run.key().equals(event.run())) {
                run = active.activate(event.run());
                if (!active.hasRoom(run, request.events().size())) {
                    return false;
                }
            }
        }
        return true;
    }

    private void decide(AppendRequest request, GroupBuilder group) throws RocksDBException {
        List<Verdict> verdicts = new ArrayList<>(request.events().size());
        RunState run = null;
        for (IncomingEvent event : request.events()) {
            if (run == null || !run.key().equals(event.run())) {
                run = active.activate(event.run());
                group.touch(run);
            }
            long idHash = request.idHashes()[verdicts.size()];
            active.unpackFor(run, idHash);
            verdicts.add(rule.decide(run, event, idHash, request.source(), group.batch()));
        }
        group.add(request, () -> request.answer().complete(verdicts));
    }
}
