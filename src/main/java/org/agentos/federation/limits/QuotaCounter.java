package org.agentos.federation.limits;

/**
 * What was used of one quota on one day. What is on disk is a mark, as high as the use or higher, so that a crash never makes
 * the use less; after one, what lies between the two counts as used. Thread-safe.
 */
final class QuotaCounter {
    private final QuotaName name;
    private final long day;
    private long used;
    private long mark;

    /** @param used by the mark on disk */
    QuotaCounter(QuotaName name, long day, long used) {
        this.name = name;
        this.day = day;
        this.used = used;
        this.mark = used;
    }

    QuotaName name() {
        return name;
    }

    /** Days since 1970-01-01, UTC. */
    long day() {
        return day;
    }

    /** Counts use unless that would be more than may be. Nothing is never too much. */
    synchronized boolean take(long amount, long most) {
        if (amount > 0 && amount > most - used) {
            return false;
        }
        used = plus(used, amount);
        return true;
    }

    /** Counts use that has happened, whatever may be. */
    synchronized void add(long amount) {
        used = plus(used, amount);
    }

    synchronized void giveBack(long amount) {
        used = Math.max(0, used - amount);
    }

    synchronized long used() {
        return used;
    }

    synchronized boolean isMarked() {
        return used <= mark;
    }

    /** The mark to be written next: the use, and as much ahead as saves most writes. */
    synchronized long nextMark(long ahead) {
        return Math.max(mark, plus(used, ahead));
    }

    /** The mark is on disk. */
    synchronized void marked(long onDisk) {
        mark = Math.max(mark, onDisk);
    }

    private static long plus(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
