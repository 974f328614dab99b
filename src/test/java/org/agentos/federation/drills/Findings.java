package org.agentos.federation.drills;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is wrong with a history, by kind. The kinds are judged apart: a history with one fault shows that kind.
 *
 * @param lost acknowledged or read before, and not there now
 * @param doubled there more than once
 * @param reordered behind an event of a higher sequence
 * @param foreign nobody sent it, or not so
 * @param startedTwice keys with more than one run, or with another run than was answered
 */
record Findings(
        List<String> lost,
        List<String> doubled,
        List<String> reordered,
        List<String> foreign,
        List<String> startedTwice) {

    static Findings none() {
        return new Findings(
                new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    /**
     * Judges a run's log, whose producer sends 1, 2, 3 and so on.
     *
     * @param acked up to this sequence all is acknowledged
     * @param sent up to this sequence something was sent
     * @param stored the sequences in the log's order
     */
    static Findings ofLog(String run, long acked, long sent, List<Long> stored) {
        Findings found = inOrder(run, stored);
        Set<Long> there = new HashSet<>(stored);
        long highest =
                Math.max(acked, stored.stream().mapToLong(Long::longValue).max().orElse(0));
        for (long sequence = 1; sequence <= highest; sequence++) {
            if (!there.contains(sequence)) {
                found.lost.add(run + "/" + sequence);
            }
        }
        stored.stream()
                .filter(sequence -> sequence < 1 || sequence > sent)
                .forEach(sequence -> found.foreign.add(run + "/" + sequence));
        return found;
    }

    /** Judges what a reader was given, over all its connections, against the log as it is now. */
    static Findings ofReading(String run, List<Long> read, List<Long> stored) {
        Findings found = inOrder("reader of " + run, read);
        Set<Long> there = new HashSet<>(stored);
        read.stream()
                .filter(sequence -> !there.contains(sequence))
                .forEach(sequence -> found.lost.add("read and gone " + run + "/" + sequence));
        Set<Long> seen = new HashSet<>(read);
        long furthest = read.stream().mapToLong(Long::longValue).max().orElse(0);
        stored.stream()
                .filter(sequence -> sequence < furthest && !seen.contains(sequence))
                .forEach(sequence -> found.lost.add("skipped " + run + "/" + sequence));
        return found;
    }

    /**
     * Judges forwards.
     *
     * @param answered the run that each key was answered with
     * @param now the run that each of these keys is answered with now
     * @param started the runs that peers started under each key
     */
    static Findings ofForwards(
            Map<String, String> answered, Map<String, String> now, Map<String, ? extends Set<String>> started) {
        Findings found = none();
        started.forEach((key, runs) -> {
            if (runs.size() > 1) {
                found.startedTwice.add(key + " " + runs);
            }
        });
        answered.forEach((key, run) -> {
            if (!run.equals(now.get(key))) {
                found.lost.add("forward " + key + " was " + run + ", is " + now.get(key));
            }
            if (!started.containsKey(key) || !started.get(key).contains(run)) {
                found.foreign.add("forward " + key + " was " + run + ", peers started " + started.get(key));
            }
        });
        return found;
    }

    private static Findings inOrder(String where, List<Long> sequences) {
        Findings found = none();
        Set<Long> seen = new HashSet<>();
        long highest = 0;
        for (long sequence : sequences) {
            if (!seen.add(sequence)) {
                found.doubled.add(where + "/" + sequence);
            } else if (sequence < highest) {
                found.reordered.add(where + "/" + sequence + " behind " + highest);
            }
            highest = Math.max(highest, sequence);
        }
        return found;
    }

    void add(Findings other) {
        lost.addAll(other.lost);
        doubled.addAll(other.doubled);
        reordered.addAll(other.reordered);
        foreign.addAll(other.foreign);
        startedTwice.addAll(other.startedTwice);
    }

    boolean isClean() {
        return counts().values().stream().allMatch(count -> count == 0);
    }

    /** How many of each kind. */
    Map<String, Integer> counts() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        counts.put("lost", lost.size());
        counts.put("doubled", doubled.size());
        counts.put("out_of_order", reordered.size());
        counts.put("foreign", foreign.size());
        counts.put("runs_started_twice", startedTwice.size());
        return counts;
    }
}
