package org.agentos.federation.subscription;

import java.util.regex.Pattern;

/**
 * What a subscription asks for.
 *
 * @param name 1..64 of {@code A-Z a-z 0-9 . _ -}; what it has done is kept under it
 * @param from where it begins if it was never here before
 * @param maxInFlight events given to the route and not done, 1..{@value #MOST_IN_FLIGHT}
 * @param maxDead events kept that could not be delivered, 1..{@value #MOST_DEAD}; with more of them it stops
 * @param redelivery of events whose delivery failed, before they become dead letters
 */
public record SubscriptionSpec(
        String name, StartFrom from, EventFilter filter, int maxInFlight, int maxDead, RedeliveryPolicy redelivery) {
    /** Each holds a thread while its route waits for a sink. */
    public static final int MOST_IN_FLIGHT = 500;

    /** They stand in the event log's database, whole. */
    public static final int MOST_DEAD = 100_000;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** @throws IllegalArgumentException saying what does not fit */
    public SubscriptionSpec {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "the subscription name '" + name + "' is not 1 to 64 of A-Z a-z 0-9 . _ -");
        }
        demand(name, "maxInFlight", maxInFlight, MOST_IN_FLIGHT);
        demand(name, "maxDeadLetters", maxDead, MOST_DEAD);
        boolean oneRun = filter.tenantId().isPresent() && filter.runId().isPresent();
        if (from instanceof StartFrom.AfterSequence && !oneRun) {
            throw new IllegalArgumentException("subscription " + name
                    + ": from is a sequence, which means something within one run only: give tenantId and runId too");
        }
    }

    private static void demand(String name, String what, int given, int most) {
        if (given < 1 || given > most) {
            throw new IllegalArgumentException(
                    "subscription " + name + ": " + what + " is " + given + ", it must be from 1 to " + most);
        }
    }
}
