package org.agentos.federation.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says in the data directory that a restore is under way and how far it is: {@code aside NAME} while old data is set aside
 * under that name, {@code place NAME} once all of it is. No gateway starts while it is there.
 */
record RestoreMarker(Step step, String asideName) {
    private static final Pattern LINE = Pattern.compile("(ASIDE|PLACE) (before-restore-[0-9]+)\n");

    enum Step {
        /** What lies in place is old. */
        ASIDE,
        /** What lies in place is restored, and may not be all. */
        PLACE
    }

    static Optional<RestoreMarker> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Matcher line = LINE.matcher(Files.readString(file));
        if (!line.matches()) {
            throw new IOException(file + " is not readable; what was set aside stands beside it");
        }
        return Optional.of(new RestoreMarker(Step.valueOf(line.group(1)), line.group(2)));
    }

    RestoreMarker placing() {
        return new RestoreMarker(Step.PLACE, asideName);
    }

    void write(Path file) throws IOException {
        Disk.write(file, (step + " " + asideName + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    static void remove(Path file) throws IOException {
        Files.delete(file);
        Disk.force(file.getParent());
    }
}
