package org.agentos.federation.eventlog;

import java.nio.charset.StandardCharsets;

/** The column families; docs/log-format.md says what stands in each. */
enum Family {
    META("meta"),
    RUN("run"),
    LOG("log"),
    IDS("ids"),
    EVIDENCE("evidence");

    private final String storedName;

    Family(String storedName) {
        this.storedName = storedName;
    }

    byte[] storedName() {
        return storedName.getBytes(StandardCharsets.UTF_8);
    }
}
