package org.agentos.federation.eventlog.store;

import java.util.ArrayList;
import java.util.List;
import org.agentos.federation.eventlog.Position;

/**
 * Every event_id of one run by its 64-bit keyed hash, with the position of its event. Open addressing over primitive
 * arrays, 20 bytes a slot, because a run of a million events would otherwise cost a hundred megabytes of objects.
 *
 * <p>An absent hash proves an id new; a present one must be checked against the stored event, and two ids of one hash
 * both stand here. The positions of an idle run can be given up, and read again when one of its ids comes a second time. Safe
 * for any thread: the writer adds, hints look up.
 */
final class DedupeTable {
    private static final int FIRST_CAPACITY = 16;
    private static final int MAX_CAPACITY = 1 << 30;
    private static final int SLOT_BYTES = Long.BYTES + Long.BYTES + Integer.BYTES;

    private long[] hashes;
    private long[] sequences;
    /** 0 = free slot, else (unsequenced + 1) with the bit "mirrored and not pushed yet" below it. */
    private int[] marks;

    private int size;
    private volatile PackedIds packed = PackedIds.NONE;
    private Position packedUpTo = Position.START;

    DedupeTable() {
        makeSlots(FIRST_CAPACITY);
    }

    /** A table that takes so many ids without growing. */
    static DedupeTable forIds(long expected) {
        DedupeTable table = new DedupeTable();
        int slots = FIRST_CAPACITY;
        while (slots < MAX_CAPACITY && expected >= fullAt(slots)) {
            slots *= 2;
        }
        table.makeSlots(slots);
        return table;
    }

    /** How many ids so many bytes hold, in tables that are half full as they are between two growths. */
    static int idsIn(long bytes) {
        return (int) Math.min(fullAt(MAX_CAPACITY), bytes / (2 * SLOT_BYTES));
    }

    private static int fullAt(int slots) {
        return slots - slots / 4;
    }

    private void makeSlots(int slots) {
        hashes = new long[slots];
        sequences = new long[slots];
        marks = new int[slots];
    }

    synchronized void add(long hash, Position position, boolean mirrored) {
        if (size >= fullAt(hashes.length)) {
            grow();
        }
        place(hash, position.sequence(), (position.unsequenced() + 1) << 1 | (mirrored ? 1 : 0));
        size++;
    }

    private void place(long hash, long sequence, int mark) {
        int slot = firstSlot(hash);
        while (marks[slot] != 0) {
            slot = nextSlot(slot);
        }
        hashes[slot] = hash;
        sequences[slot] = sequence;
        marks[slot] = mark;
    }

    private void grow() {
        if (hashes.length >= MAX_CAPACITY) {
            throw new IllegalStateException("a run holds more events than one table can");
        }
        long[] oldHashes = hashes;
        long[] oldSequences = sequences;
        int[] oldMarks = marks;
        makeSlots(oldHashes.length * 2);
        for (int slot = 0; slot < oldMarks.length; slot++) {
            if (oldMarks[slot] != 0) {
                place(oldHashes[slot], oldSequences[slot], oldMarks[slot]);
            }
        }
    }

    synchronized boolean holds(long hash) {
        return slotOf(hash, null) >= 0 || packed.holds(hash);
    }

    /**
     * Gives up the positions of all ids, and so four fifths of their memory.
     *
     * @param last the newest event's
     */
    synchronized void pack(Position last) {
        packedUpTo = last;
        packed = packed.with(rising());
        makeSlots(FIRST_CAPACITY);
        size = 0;
    }

    /** Up to which position ids may lack theirs. */
    synchronized Position packedUpTo() {
        return packedUpTo;
    }

    /** Whether an id of this hash is here without its position. */
    boolean isPacked(long hash) {
        return packed.holds(hash);
    }

    /** Takes over what stands in another table with its position. */
    synchronized void addAll(DedupeTable other) {
        for (int slot = 0; slot < other.marks.length; slot++) {
            if (other.marks[slot] != 0) {
                add(other.hashes[slot], other.positionIn(slot), (other.marks[slot] & 1) == 1);
            }
        }
    }

    /** All hashes as rising numbers without sign. The slots have that order but for neighbours that had to make room. */
    private long[] rising() {
        long[] found = new long[size];
        int count = 0;
        for (int slot = 0; slot < marks.length; slot++) {
            if (marks[slot] != 0 && firstSlot(hashes[slot]) <= slot) {
                insert(found, count++, hashes[slot]);
            }
        }
        for (int slot = 0; marks[slot] != 0; slot++) { // those that went over the end of the table
            if (firstSlot(hashes[slot]) > slot) {
                insert(found, count++, hashes[slot]);
            }
        }
        return found;
    }

    private static void insert(long[] rising, int count, long hash) {
        int at = count;
        for (; at > 0 && Long.compareUnsigned(rising[at - 1], hash) > 0; at--) {
            rising[at] = rising[at - 1];
        }
        rising[at] = hash;
    }

    /**
     * The positions of all events whose event_id has this hash: none or one but for a collision.
     *
     * @throws IllegalStateException when it is packed: it would be taken for new
     */
    synchronized List<Position> positionsOf(long hash) {
        if (packed.holds(hash)) {
            throw new IllegalStateException("the position of a known event_id was given up");
        }
        int slot = firstSlot(hash);
        if (marks[slot] == 0) {
            return List.of();
        }
        List<Position> found = new ArrayList<>(1);
        for (; marks[slot] != 0; slot = nextSlot(slot)) {
            if (hashes[slot] == hash) {
                found.add(positionIn(slot));
            }
        }
        return found;
    }

    /** Tells whether the event there was mirrored and never pushed; from now on it counts as pushed. */
    synchronized boolean takeMirrored(long hash, Position position) {
        int slot = slotOf(hash, position);
        boolean mirrored = slot >= 0 && (marks[slot] & 1) == 1;
        if (mirrored) {
            marks[slot] &= ~1;
        }
        return mirrored;
    }

    /** The slot of a hash, at this position if one is given; -1 if there is none. */
    private int slotOf(long hash, Position position) {
        for (int slot = firstSlot(hash); marks[slot] != 0; slot = nextSlot(slot)) {
            if (hashes[slot] == hash && (position == null || positionIn(slot).equals(position))) {
                return slot;
            }
        }
        return -1;
    }

    private Position positionIn(int slot) {
        return new Position(sequences[slot], (marks[slot] >>> 1) - 1);
    }

    /** By the upper bits: slots in order are hashes in order. */
    private int firstSlot(long hash) {
        return (int) (hash >>> (Long.numberOfLeadingZeros(hashes.length) + 1));
    }

    private int nextSlot(int slot) {
        return (slot + 1) & (hashes.length - 1);
    }

    synchronized int size() {
        return size + packed.size();
    }

    /** How many ids with positions take as much memory. */
    synchronized long cost() {
        return size + (long) packed.size() * Long.BYTES / (2 * SLOT_BYTES);
    }
}
