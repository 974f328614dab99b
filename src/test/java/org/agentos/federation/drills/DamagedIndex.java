package org.agentos.federation.drills;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.forward.store.ForwardFiles;
import org.agentos.federation.forward.store.ForwardStore;
import org.agentos.federation.forward.store.PlainStorage;
import org.agentos.federation.forward.store.StoreSettings;
import org.agentos.federation.support.LoggedMessages;

/** Opens a damaged forward index and asks it for every run whose forward was answered, in the order of their answers. */
final class DamagedIndex {
    private final List<String> forwarded;

    DamagedIndex(List<String> forwarded) {
        this.forwarded = forwarded;
    }

    Opened open(Path directory, String what) throws Exception {
        InstantSource clock = InstantSource.system();
        ForwardFiles files = new ForwardFiles(directory.resolve("forward-index.json"), clock);
        try (LoggedMessages log = LoggedMessages.of("org.agentos.federation.forward.store.ForwardLoader");
                ForwardStore store = new ForwardStore(
                        StoreSettings.of(files.snapshot(), 10_000),
                        files,
                        new PlainStorage(files),
                        clock,
                        Runnable::run)) {
            store.start();
            List<String> there =
                    forwarded.stream().filter(run -> isThere(store, run)).toList();
            if (there.equals(forwarded)) {
                return Opened.WHOLE;
            }
            if (isSetAside(directory) || isToldMissing(log)) {
                return Opened.SET_ASIDE;
            }
            assertThat(there.equals(forwarded.subList(0, there.size())))
                    .as("%s: %d runs there, %d answered, and not the first ones", what, there.size(), forwarded.size())
                    .isTrue();
            return Opened.SHORT_AT_THE_END;
        }
    }

    private static boolean isThere(ForwardStore store, String run) {
        return store.index()
                .find(new RunKey(Events.TENANT, run))
                .filter(entry -> entry.remoteStackId().equals("stk_0")
                        && entry.remoteEventsUrl().endsWith("/v1/runs/" + run + "/events"))
                .isPresent();
    }

    private static boolean isToldMissing(LoggedMessages log) {
        return log.messages().stream().anyMatch(line -> line.contains("is missing"));
    }

    private static boolean isSetAside(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.anyMatch(file -> file.getFileName().toString().contains(".corrupt-"));
        }
    }
}
