package org.agentos.federation.eventlog.store;

import org.agentos.federation.eventlog.RunKey;

/**
 * A log that was set aside when its run turned out to be another peer's: its records stand under the number they always
 * had, and nobody reads them.
 *
 * @param row as it was, but that {@link RunRow#changedMillis} tells when it was set aside
 */
record AsideLog(RunKey run, RunRow row) {
    byte[] key() {
        return KeyCodec.aside(run, row.number());
    }
}
