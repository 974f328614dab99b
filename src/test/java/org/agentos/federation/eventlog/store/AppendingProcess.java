package org.agentos.federation.eventlog.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Origin;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.Verdict;
import org.agentos.federation.eventlog.Verdict.Status;

/**
 * A process to be killed: appends to several runs at once, for ever, and prints {@code run sequence} when the events up
 * to that sequence are acknowledged. It begins each run by sending its newest events again, as a peer would after a
 * crash.
 */
final class AppendingProcess {
    static final int RUNS = 4;
    private static final int SENT_AGAIN = 10;

    private AppendingProcess() {}

    public static void main(String[] args) {
        RocksEventLog log = EventLogs.open(Path.of(args[0]));
        for (int i = 0; i < RUNS; i++) {
            int batch = 1 + i * 7;
            RunKey run = run(i);
            new Thread(() -> append(log, run, batch)).start();
        }
    }

    static RunKey run(int index) {
        return new RunKey("tnt_a", "run_" + index);
    }

    static String idOf(long sequence) {
        return "evt_" + sequence;
    }

    private static void append(EventLog log, RunKey run, int batch) {
        long stored = log.find(run).map(found -> found.latest().sequence()).orElse(0L);
        long next = Math.max(1, stored - SENT_AGAIN + 1);
        while (true) {
            send(log, run, next, batch, stored);
            next += batch;
            System.out.println(run.runId() + " " + (next - 1));
        }
    }

    private static void send(EventLog log, RunKey run, long first, int batch, long stored) {
        List<IncomingEvent> events = new ArrayList<>();
        for (long sequence = first; sequence < first + batch; sequence++) {
            events.add(EventLogs.event(run, idOf(sequence), sequence));
        }
        List<Verdict> verdicts = log.append(EventLogs.from(Origin.PUSHED), events)
                .toCompletableFuture()
                .join();
        for (int i = 0; i < batch; i++) {
            Status expected = first + i <= stored ? Status.DUPLICATE : Status.ACCEPTED;
            if (verdicts.get(i).status() != expected) {
                System.out.println("wrong " + verdicts.get(i));
            }
        }
    }
}
