package org.agentos.federation.forward.store;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.agentos.federation.settings.ForwardSettings;

/** Settings of forwards for tests of the store alone: what it reads of them, and anything that fits for the rest. */
public final class StoreSettings {
    private StoreSettings() {}

    /** With keys that are remembered for a day. */
    public static ForwardSettings of(Path indexFile, int compactAfterEntries) {
        Duration any = Duration.ofSeconds(1);
        return new ForwardSettings(
                indexFile,
                1,
                any,
                1,
                0,
                any,
                Optional.empty(),
                any,
                any,
                any,
                1,
                1,
                any,
                1,
                Duration.ofDays(1),
                compactAfterEntries);
    }
}
