package org.agentos.federation.eventlog.store;

/**
 * How much of a run's log something is.
 *
 * <p>Each record keeps the volume of all before it, so that the volume of what is kept is told by the first and the last
 * record: a cap on a long run costs two look-ups and not a walk. Only differences count: a run whose records were all
 * trimmed begins at nothing again.
 *
 * @param bytes of envelopes
 */
record Volume(long events, long bytes) {
    static final Volume NONE = new Volume(0, 0);

    Volume plus(Volume more) {
        return new Volume(events + more.events, bytes + more.bytes);
    }

    Volume minus(Volume less) {
        return new Volume(events - less.events, bytes - less.bytes);
    }
}
