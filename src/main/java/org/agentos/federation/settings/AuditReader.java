package org.agentos.federation.settings;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads the settings of the audit trail. What is wrong with its key is told without the key. */
record AuditReader(SettingsSource source, Path home) {
    private static final String FILE = "file:";

    AuditSettings read() {
        return new AuditSettings(
                sink(),
                key(),
                source.value(AuditKeys.ROTATE_BYTES),
                source.value(AuditKeys.ROTATE_AGE),
                source.value(AuditKeys.KEEP_FILES));
    }

    private String sink() {
        String sink = source.value(AuditKeys.SINK);
        return sink.startsWith(FILE)
                ? FILE + home.resolve(sink.substring(FILE.length())).normalize()
                : sink;
    }

    private Optional<AuditKey> key() {
        Optional<String> text = source.optional(AuditKeys.KEY);
        Optional<Path> file = source.file(AuditKeys.KEY_FILE);
        if (text.isPresent() && source.optional(AuditKeys.KEY_FILE).isPresent()) {
            source.problem(
                    AuditKeys.KEY, "and " + AuditKeys.KEY_FILE.variable() + " are both set: one of them is enough");
            return Optional.empty();
        }
        return text.map(secret -> secret.getBytes(StandardCharsets.UTF_8))
                .flatMap(bytes -> key(AuditKeys.KEY, bytes))
                .or(() -> file.filter(Files::isReadable).flatMap(this::keyIn));
    }

    private Optional<AuditKey> keyIn(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return key(AuditKeys.KEY_FILE, in.readNBytes(AuditKey.MAX_BYTES + 3));
        } catch (IOException e) {
            source.problem(AuditKeys.KEY_FILE, "names " + file + ", which cannot be read");
            return Optional.empty();
        }
    }

    private Optional<AuditKey> key(Key<String> setting, byte[] bytes) {
        try {
            return Optional.of(AuditKey.of(bytes));
        } catch (IllegalArgumentException unfit) {
            source.problem(setting, "must be " + unfit.getMessage());
            return Optional.empty();
        }
    }
}
