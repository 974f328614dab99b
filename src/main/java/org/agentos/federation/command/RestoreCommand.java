package org.agentos.federation.command;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.agentos.federation.backup.BackupException;
import org.agentos.federation.backup.Restore;
import org.agentos.federation.operator.AuditedRestore;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.settings.StartupException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code federation restore}. */
@Command(
        name = "restore",
        description =
                "Puts a backup in the place of the data, while the gateway is stopped. Cursors given so far expire.",
        mixinStandardHelpOptions = true)
public final class RestoreCommand implements Callable<Integer> {
    private static final String WHAT = "restore the backup";

    @Parameters(paramLabel = "SOURCE_DIR", description = "A directory that `federation backup` made.")
    private Path source;

    @Option(names = "--replace", description = "Sets data that is there aside as before-restore-TIME.")
    private boolean replace;

    @Override
    public Integer call() {
        Console console = new Console();
        try {
            return console.done(lines(restore(console.settings())));
        } catch (StartupException e) {
            return console.failed(WHAT, e.problems());
        } catch (BackupException e) {
            return console.failed(WHAT, e.problems());
        }
    }

    private Restore.Restored restore(Settings settings) throws BackupException {
        try (AuditedRestore restore = new AuditedRestore(settings, InstantSource.system())) {
            return restore.from(source.toAbsolutePath().normalize(), replace);
        }
    }

    private static List<String> lines(Restore.Restored restored) {
        List<String> lines = new ArrayList<>();
        lines.add("restored the backup of " + restored.manifest().createdAt() + ", up to group "
                + restored.manifest().group() + ", as epoch " + String.format("%016x", restored.epoch()));
        restored.setAside().ifPresent(name -> lines.add("the data from before stands in folders named " + name));
        return lines;
    }
}
