package org.agentos.federation.drills;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A recorded history of concurrent appends to one run and readings of it, and whether some order of single steps explains it in
 * which each step lies between its call and its answer. The run's log at the end is that order for the accepted events; all
 * else is held against it, so the check is exact and takes no search.
 */
final class Timeline {
    /** What an append was told of its event. */
    enum Told {
        ACCEPTED,
        DUPLICATE,
        OTHER
    }

    /** An append of one event; times are of one clock. */
    record Append(String event, long called, long answered, Told told) {}

    /** A reading from the start to what was then the end. */
    record Reading(List<String> events, long called, long answered) {}

    private final ConcurrentLinkedQueue<Append> appends = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Reading> readings = new ConcurrentLinkedQueue<>();

    void add(Append append) {
        appends.add(append);
    }

    void add(Reading reading) {
        readings.add(reading);
    }

    int appends() {
        return appends.size();
    }

    int readings() {
        return readings.size();
    }

    long told(Told what) {
        return appends.stream().filter(append -> append.told() == what).count();
    }

    /** What no order explains; empty if there is one. */
    List<String> faults(List<String> log) {
        List<String> faults = new ArrayList<>();
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < log.size(); i++) {
            if (places.put(log.get(i), i) != null) {
                faults.add(log.get(i) + " stands twice");
            }
        }
        Map<String, Append> accepted = new HashMap<>();
        for (Append append : appends) {
            if (append.told() == Told.ACCEPTED && accepted.put(append.event(), append) != null) {
                faults.add(append.event() + " was accepted twice");
            }
        }
        places.keySet().stream()
                .filter(event -> !accepted.containsKey(event))
                .forEach(event -> faults.add(event + " stands there and was not accepted"));
        accepted.keySet().stream()
                .filter(event -> !places.containsKey(event))
                .forEach(event -> faults.add(event + " was accepted and is not there"));
        if (faults.isEmpty()) {
            checkOrder(log, accepted, faults);
            checkDuplicates(accepted, faults);
            readings.forEach(reading -> checkReading(reading, log, accepted, faults));
        }
        return faults;
    }

    /** An event must not stand behind one that was called only after its own answer. */
    private static void checkOrder(List<String> log, Map<String, Append> accepted, List<String> faults) {
        long earliestAnswer = Long.MAX_VALUE;
        for (int i = log.size() - 1; i >= 0; i--) {
            Append append = accepted.get(log.get(i));
            if (append.called() > earliestAnswer) {
                faults.add(append.event() + " stands before an event that was answered before it was called");
            }
            earliestAnswer = Math.min(earliestAnswer, append.answered());
        }
    }

    /** A duplicate may only be told once its original can have been there. */
    private void checkDuplicates(Map<String, Append> accepted, List<String> faults) {
        for (Append append : appends) {
            if (append.told() == Told.DUPLICATE
                    && (!accepted.containsKey(append.event())
                            || accepted.get(append.event()).called() > append.answered())) {
                faults.add(append.event() + " was a duplicate before it was there");
            }
        }
    }

    private static void checkReading(
            Reading reading, List<String> log, Map<String, Append> accepted, List<String> faults) {
        int length = reading.events().size();
        if (length > log.size() || !reading.events().equals(log.subList(0, length))) {
            faults.add("a reading of " + length + " is no beginning of the log");
            return;
        }
        for (String event : log.subList(length, log.size())) {
            if (accepted.get(event).answered() < reading.called()) {
                faults.add(event + " was acknowledged before a reading that lacks it");
            }
        }
        for (String event : reading.events()) {
            if (accepted.get(event).called() > reading.answered()) {
                faults.add(event + " was read before it was sent");
            }
        }
    }
}
