package org.agentos.federation.trial;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What became of one event at one subscription. */
final class Story {
    /** A route that sends in a loop fills no memory. */
    private static final int MOST_SENT = 20;

    /**
     * Something on its way to an endpoint.
     *
     * @param headers by name, each value as text
     * @param body as text
     */
    record Sent(String endpoint, Map<String, String> headers, String body) {}

    private final String exchangeId;
    private final List<Sent> sent = new ArrayList<>();
    private int notKept;
    private boolean ended;
    private String failure;
    private String handled;

    Story(String exchangeId) {
        this.exchangeId = exchangeId;
    }

    String exchangeId() {
        return exchangeId;
    }

    synchronized void send(Sent message) {
        if (sent.size() < MOST_SENT) {
            sent.add(message);
        } else {
            notKept++;
        }
    }

    /**
     * Its exchange has ended.
     *
     * @param why it failed; null when it did not
     * @param caught what failed on the way and was handled; null when nothing did
     */
    synchronized void end(String why, String caught) {
        ended = true;
        failure = why;
        handled = caught;
    }

    synchronized boolean ended() {
        return ended;
    }

    synchronized Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    synchronized Optional<String> handled() {
        return Optional.ofNullable(handled);
    }

    synchronized List<Sent> sent() {
        return List.copyOf(sent);
    }

    /** How often something was sent after the first {@value #MOST_SENT} times. */
    synchronized int notKept() {
        return notKept;
    }
}
