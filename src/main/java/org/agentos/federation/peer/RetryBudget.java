package org.agentos.federation.peer;

import java.time.InstantSource;
import org.agentos.federation.settings.RetryBudgetSettings;

/**
 * How many calls to one peer may be repetitions: over the last ten seconds a share of its requests, or the floor where
 * that is more. Under load a failing peer so sees little more than one call a request, while a lone request keeps all
 * its attempts.
 *
 * <p>Requests fill and retries empty the budget, second by second, as in the budgets of Finagle and Linkerd; but here the
 * floor is a least amount, not an addition, so that the share holds as soon as the load is above it.
 */
public final class RetryBudget {
    private static final int SECONDS = 10;

    private final RetryBudgetSettings settings;
    private final InstantSource clock;
    private final int[] requests = new int[SECONDS];
    private final int[] retries = new int[SECONDS];
    private long second;
    private int requestsInAll;
    private int retriesInAll;

    RetryBudget(RetryBudgetSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.second = now();
    }

    /** A request goes to the peer for the first time. */
    public synchronized void request() {
        advance();
        requests[slot(second)]++;
        requestsInAll++;
    }

    /** Takes one retry out; false when none is left and it must not be made. */
    public synchronized boolean takeRetry() {
        advance();
        if (retriesInAll >= Math.max(settings.floor(), (int) (settings.share() * requestsInAll))) {
            return false;
        }
        retries[slot(second)]++;
        retriesInAll++;
        return true;
    }

    /** Forgets what is older than the window; a clock set back changes nothing. */
    private void advance() {
        long now = now();
        for (long next = Math.max(second + 1, now - SECONDS + 1); next <= now; next++) {
            requestsInAll -= requests[slot(next)];
            retriesInAll -= retries[slot(next)];
            requests[slot(next)] = 0;
            retries[slot(next)] = 0;
        }
        second = Math.max(second, now);
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }

    private static int slot(long second) {
        return Math.floorMod(second, SECONDS);
    }
}
