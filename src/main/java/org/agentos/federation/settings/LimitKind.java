package org.agentos.federation.settings;

/** What rates and quotas count. The names stand in settings, in the registry and in the names of policies. */
public enum LimitKind {
    /** Runs started on peers. */
    FORWARDS("forwards", "forward"),
    /** Events pushed by peers. */
    EVENTS("events", "event"),
    /** Bytes of these events, envelopes as they are stored. */
    BYTES("bytes", "byte"),
    /** Event streams opened by clients. */
    STREAMS("streams", "stream"),
    /** Pages of events asked for by clients. */
    PAGES("pages", "page");

    private final String plural;
    private final String singular;

    LimitKind(String plural, String singular) {
        this.plural = plural;
        this.singular = singular;
    }

    public String plural() {
        return plural;
    }

    public String singular() {
        return singular;
    }
}
