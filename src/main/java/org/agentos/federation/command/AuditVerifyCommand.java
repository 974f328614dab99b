package org.agentos.federation.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.agentos.federation.audit.AuditVerifier;
import org.agentos.federation.settings.AuditKey;
import org.agentos.federation.settings.AuditSettings;
import org.agentos.federation.settings.StartupException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code federation audit verify}. */
@Command(
        name = "verify",
        description = "Tells whether the audit trail is as the gateway wrote it, or names the first record that is not."
                + " Also while the gateway runs.",
        mixinStandardHelpOptions = true)
public final class AuditVerifyCommand implements Callable<Integer> {
    private static final String WHAT = "vouch for the audit trail";

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description =
                    "Any file of the trail, its others and its head beside it; otherwise that of AGENTOS_AUDIT_SINK.")
    private Path file;

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description = "A file with a key of the chain; once for each key there was. Otherwise the key that is set.")
    private List<Path> keyFiles = List.of();

    @Override
    public Integer call() {
        Console console = new Console();
        try {
            Optional<AuditSettings> settings =
                    file != null && !keyFiles.isEmpty() ? Optional.empty() : settings(console);
            Path trail = file != null ? file : configured(settings);
            AuditVerifier.Verdict verdict = new AuditVerifier(trail, keys(settings)).verify();
            return verdict.problem().isEmpty()
                    ? console.done(verdict.notes())
                    : console.failed(WHAT, List.of(verdict.problem().get()));
        } catch (StartupException e) {
            return console.failed(WHAT, e.problems());
        } catch (IOException | IllegalArgumentException e) {
            return console.failed(WHAT, List.of(String.valueOf(e.getMessage())));
        }
    }

    /** A file that is named can be looked at where the gateway's own settings are not at hand. */
    private Optional<AuditSettings> settings(Console console) {
        return Optional.of(console.settings().audit());
    }

    private static Path configured(Optional<AuditSettings> settings) {
        return settings.map(AuditSettings::sink)
                .flatMap(AuditVerifier::fileOf)
                .orElseThrow(() -> new IllegalArgumentException(
                        "AGENTOS_AUDIT_SINK names a stream: say --file with what was kept of it"));
    }

    private List<AuditKey> keys(Optional<AuditSettings> settings) throws IOException {
        List<AuditKey> keys = new ArrayList<>();
        if (keyFiles.isEmpty()) {
            settings.flatMap(AuditSettings::key).ifPresent(keys::add);
        }
        for (Path path : keyFiles) {
            keys.add(read(path));
        }
        return keys;
    }

    private static AuditKey read(Path path) throws IOException {
        if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
            throw new IllegalArgumentException("--key-file names " + path + ", which is not a readable file");
        }
        try (InputStream in = Files.newInputStream(path)) {
            return AuditKey.of(in.readNBytes(AuditKey.MAX_BYTES + 3));
        } catch (IllegalArgumentException unfit) {
            throw new IllegalArgumentException(
                    "--key-file names " + path + ", which must hold " + unfit.getMessage(), unfit);
        }
    }
}
