package org.agentos.federation.drills;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.agentos.federation.drills.Calls.Got;
import org.agentos.federation.support.Json;

/** Clients that forward, remember what each key was answered with, and ask again for those without an answer. */
final class Forwarding {
    private static final int TRIES = 40;

    private final String region;
    private final String prefix;
    private final AtomicLong next = new AtomicLong();
    private final Map<String, String> answered = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> unanswered = new ConcurrentLinkedQueue<>();

    Forwarding(String region, String prefix) {
        this.region = region;
        this.prefix = prefix;
    }

    /** The run of each key that was answered. */
    Map<String, String> answered() {
        return answered;
    }

    /** Forwards until the gateway is gone: first the keys without an answer, then new ones. */
    void untilGone(Calls calls) {
        boolean there = true;
        while (there) {
            String open = unanswered.poll();
            String key = open == null ? prefix + next.incrementAndGet() : open;
            there = tryOnce(calls, key);
            if (!answered.containsKey(key)) {
                unanswered.add(key);
            }
        }
    }

    private boolean tryOnce(Calls calls, String key) {
        try {
            Got got = calls.forward(Events.forward(region, key));
            if (got.status() == 200) {
                answered.put(key, runIn(got));
            }
            return true;
        } catch (IOException gone) {
            return false;
        }
    }

    /** Asks for the keys without an answer until each has one. */
    void settle(Calls calls) {
        for (String key = unanswered.poll(); key != null; key = unanswered.poll()) {
            for (int i = 0; i < TRIES && !answered.containsKey(key); i++) {
                tryOnce(calls, key);
            }
            if (!answered.containsKey(key)) {
                throw new AssertionError("no answer for key " + key + " after " + TRIES + " tries");
            }
        }
    }

    /** What these keys are answered with now. */
    Map<String, String> askAgain(Calls calls, List<String> keys) throws IOException {
        Map<String, String> now = new ConcurrentHashMap<>();
        for (String key : keys) {
            Got got = calls.forward(Events.forward(region, key));
            now.put(key, got.status() == 200 ? runIn(got) : Json.write(got.text()));
        }
        return now;
    }

    private static String runIn(Got got) {
        return got.json().at("/forwarded/remote_run_id").asText();
    }
}
