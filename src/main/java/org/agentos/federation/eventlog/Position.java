package org.agentos.federation.eventlog;

/**
 * A place in an event log: right after the event it names. It is the sequence of the last sequenced event before the
 * place and the number of unsequenced events after that one, so that a run may mix both kinds.
 *
 * @param sequence 0 before the first sequenced event
 * @param unsequenced 0 right after a sequenced event and at the start
 */
public record Position(long sequence, int unsequenced) implements Comparable<Position> {
    /** Before the first event. */
    public static final Position START = new Position(0, 0);

    public Position {
        if (sequence < 0 || unsequenced < 0) {
            throw new IllegalArgumentException("a position has no negative part: " + sequence + "," + unsequenced);
        }
    }

    /** The place after the next event, which carries the given sequence; 0 means it carries none. */
    public Position next(long eventSequence) {
        return eventSequence > 0 ? new Position(eventSequence, 0) : new Position(sequence, unsequenced + 1);
    }

    @Override
    public int compareTo(Position other) {
        int bySequence = Long.compare(sequence, other.sequence);
        return bySequence != 0 ? bySequence : Integer.compare(unsequenced, other.unsequenced);
    }

    public boolean isAfter(Position other) {
        return compareTo(other) > 0;
    }
}
