package org.agentos.federation.eventlog.store;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The column families; docs/log-format.md says what stands in each. */
enum Family {
    META("meta"),
    RUN("run"),
    LOG("log"),
    IDS("ids"),
    EVIDENCE("evidence"),
    RUN_KEY("run_key"),
    FEED("feed"),
    SUBSCRIPTION("subscription"),
    DEAD("dead");

    /** Those whose keys begin with a run number. */
    static final List<Family> BY_RUN_NUMBER = List.of(LOG, IDS, EVIDENCE, RUN_KEY);

    private final String storedName;

    Family(String storedName) {
        this.storedName = storedName;
    }

    byte[] storedName() {
        return storedName.getBytes(StandardCharsets.UTF_8);
    }
}
