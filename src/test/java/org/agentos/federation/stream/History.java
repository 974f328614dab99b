package org.agentos.federation.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.agentos.federation.eventlog.Position;

/** What a producer has to say in one run, appended bit by bit, and what readers of it must then have seen. */
final class History {
    static final String SHOWN_TYPES = "shown.*";

    /** @param step from the last sequence to this event's; 0: it carries none */
    record Event(int step, boolean hidden) {}

    private final List<Event> events;
    private final boolean completes;
    private final List<String> cursors = new ArrayList<>();
    private final List<String> jumps = new ArrayList<>();
    private Gateway gateway;
    private Position last;

    /** @param completes whether the last event is the run's terminal one */
    History(List<Event> events, boolean completes) {
        this.events = events;
        this.completes = completes;
    }

    void begin(Gateway fresh) {
        gateway = fresh;
        last = Position.START;
        cursors.clear();
        jumps.clear();
    }

    /** Appends the next events, as many as are left. */
    void append(int count) {
        for (int i = 0; i < count && cursors.size() < events.size(); i++) {
            int index = cursors.size();
            long sequence = events.get(index).step == 0 ? 0 : last.sequence() + events.get(index).step;
            gateway.store(sequence, id(index), type(index));
            if (last.sequence() > 0 && sequence - last.sequence() > 1) {
                jumps.add("[" + (last.sequence() + 1) + "," + (sequence - 1) + "]");
            }
            last = last.next(sequence);
            cursors.add(gateway.cursor(last, id(index)));
        }
    }

    /** The ids a reader sees in the end, all of them or those a filter by {@link #SHOWN_TYPES} leaves. */
    List<String> ids(boolean filtered) {
        return IntStream.range(0, events.size())
                .filter(index -> !filtered || !isHidden(index))
                .mapToObj(History::id)
                .toList();
    }

    /** First and last sequence that is missing, for each jump behind the first sequenced event. */
    List<String> jumps() {
        return jumps;
    }

    /** The cursor of the place that the event with this id ends at. */
    String cursorAfter(String eventId) {
        return cursors.get(Integer.parseInt(eventId.substring(1)));
    }

    /** The cursor behind all that was appended. */
    String place() {
        return cursors.isEmpty() ? gateway.start() : cursors.get(cursors.size() - 1);
    }

    boolean sealed() {
        return completes && cursors.size() == events.size() && !events.isEmpty();
    }

    private static String id(int index) {
        return "e" + index;
    }

    private boolean isLast(int index) {
        return index == events.size() - 1;
    }

    private boolean isHidden(int index) {
        return events.get(index).hidden || (completes && isLast(index));
    }

    private String type(int index) {
        if (completes && isLast(index)) {
            return "agentos.run.completed";
        }
        return isHidden(index) ? "hidden.step" : "shown.step";
    }

    @Override
    public String toString() {
        return events + (completes ? " completed" : "");
    }
}
