package org.agentos.federation.drills;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.agentos.federation.drills.Calls.Got;

/** One producer of one run, who remembers what it sent and what was acknowledged, over all crashes. */
final class Pushing {
    private static final int MAX_BATCH = 20;
    private static final int SENT_AGAIN = 5;

    private final String run;
    private final Random chance;
    private volatile long acked;
    private volatile long sent;
    private final AtomicLong acks = new AtomicLong();
    private volatile String wrong = "";

    Pushing(String run, Random chance) {
        this.run = run;
        this.chance = chance;
    }

    String run() {
        return run;
    }

    /** Up to this sequence all is acknowledged. */
    long acked() {
        return acked;
    }

    long sent() {
        return sent;
    }

    /** How many batches were acknowledged. */
    long acks() {
        return acks.get();
    }

    /** An answer that cannot be right; empty while there is none. */
    String wrong() {
        return wrong;
    }

    /** Pushes until the gateway is gone, first again what it knows to be there. */
    void untilGone(Calls calls) {
        long next = Math.max(1, acked + 1 - SENT_AGAIN);
        try {
            while (wrong.isEmpty()) {
                long last = next + chance.nextInt(MAX_BATCH);
                sent = Math.max(sent, last);
                Got got = calls.ingest(Events.envelopes(run, next, last));
                if (got.status() == 200) {
                    judge(got, next, last);
                    acked = Math.max(acked, last);
                    acks.incrementAndGet();
                    next = last + 1;
                } else if (got.status() != 503) {
                    wrong = run + " " + next + ".." + last + ": " + got;
                }
            }
        } catch (IOException gone) {
            return;
        }
    }

    private void judge(Got got, long first, long last) {
        int size = (int) (last - first + 1);
        int accepted = got.json().get("accepted").asInt();
        int duplicates = got.json().get("duplicates").asInt();
        long known = Math.max(0, Math.min(acked, last) - first + 1);
        if (accepted + duplicates != size || duplicates < known) {
            wrong = run + " " + first + ".." + last + ", acknowledged to " + acked + ": " + got;
        }
    }

    /** What is wrong with the run's log. */
    Findings judge(List<Long> stored) {
        return Findings.ofLog(run, acked, sent, stored);
    }
}
