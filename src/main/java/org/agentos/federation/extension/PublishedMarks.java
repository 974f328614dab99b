package org.agentos.federation.extension;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which events a topic holds, of those that may be delivered again; unchangeable. A kill repeats the last that were done with, at
 * most {@code maxInFlight} + 50 of them, so the last {@value #MOST_FIRST} are enough. Events that are delivered again have a list of
 * their own: a dead letter whose delivery was killed at its end comes when an operator asks for it, and nothing that went on
 * meanwhile may have pushed it out.
 */
final class PublishedMarks {
    /** More than a kill repeats at the largest {@code maxInFlight}, which is 500. */
    static final int MOST_FIRST = 600;

    /** As many dead letters may be delivered again, between a kill and their turn, and be known. */
    static final int MOST_AGAIN = 1000;

    static final PublishedMarks NONE = new PublishedMarks(List.of(), List.of());

    private final Set<String> first;
    private final Set<String> again;

    PublishedMarks(Collection<String> first, Collection<String> again) {
        this.first = new LinkedHashSet<>(first);
        this.again = new LinkedHashSet<>(again);
    }

    boolean holds(String mark) {
        return first.contains(mark) || again.contains(mark);
    }

    /** @param underway marks that have to stay: their events' routes have not ended, so they are not done with */
    PublishedMarks and(List<KafkaEvent> more, Predicate<String> underway) {
        PublishedMarks all = new PublishedMarks(first, again);
        more.forEach(event -> (event.again() ? all.again : all.first).add(event.mark()));
        trim(all.first, MOST_FIRST, underway);
        trim(all.again, MOST_AGAIN, underway);
        return all;
    }

    private static void trim(Set<String> marks, int most, Predicate<String> underway) {
        Iterator<String> oldest = marks.iterator();
        for (int surplus = marks.size() - most; surplus > 0 && oldest.hasNext(); ) {
            if (!underway.test(oldest.next())) {
                oldest.remove();
                surplus--;
            }
        }
    }

    List<String> first() {
        return List.copyOf(first);
    }

    List<String> again() {
        return List.copyOf(again);
    }
}
