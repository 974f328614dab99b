package org.agentos.federation.drills;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of a killed gateway, damaged in every way: what is served afterwards is all that was acknowledged, or it is told that it
 * is not. Never is less served in silence, but for what is said of the trail's own end in docs/reliability.md.
 */
class DamageIT {
    /** Files that are only ever added to: where a crash would leave a torn end, and their tail is cut byte by byte. */
    private static final Pattern ADDED_TO =
            Pattern.compile("(.*\\.log|MANIFEST-.*|synced-groups|known-manifest|forward-index\\.json.*)");

    @TempDir
    static Path directory;

    private static KilledData killed;

    private Drill drill;

    @BeforeAll
    static void makeData() throws IOException {
        killed = KilledData.make(directory);
    }

    @Test
    void shouldServeAllOfADamagedEventLogOrTell() throws Exception {
        drill = new Drill("damaged-log");
        Path log = killed.data().resolve("event-log");
        DamagedLog judge = new DamagedLog(killed.acked());

        Map<Opened, Integer> became =
                damage(log, file -> !file.toString().contains("native") && !file.endsWith("lock"), judge::open);

        assertThat(became).doesNotContainKeys(Opened.SHORT_AT_THE_END, Opened.SET_ASIDE);
        drill.passed();
    }

    @Test
    void shouldServeAllOfADamagedForwardIndexOrTell() throws Exception {
        drill = new Drill("damaged-index");
        DamagedIndex judge = new DamagedIndex(killed.forwarded());

        Map<Opened, Integer> became = damage(
                killed.data(),
                file -> file.getFileName().toString().startsWith("forward-index") && isNotEmpty(file),
                judge::open);

        assertThat(became).doesNotContainKey(Opened.SHORT_AT_THE_END);
        drill.passed();
    }

    @Test
    void shouldRefuseADamagedAuditTrailOrShowItsBrokenChain() throws Exception {
        drill = new Drill("damaged-audit");
        Path audit = killed.audit();
        DamagedAudit judge = new DamagedAudit(AuditChain.read(audit));

        damage(
                audit.getParent(),
                file -> file.getFileName()
                        .toString()
                        .startsWith(audit.getFileName().toString()),
                (copy, what) -> judge.open(copy.resolve(audit.getFileName()), what));

        drill.passed();
    }

    private interface Judge {
        Opened open(Path copy, String what) throws Exception;
    }

    /** Damages one file after the other of a fresh copy; counts and notes what became of it. */
    private Map<Opened, Integer> damage(Path root, Predicate<Path> chosen, Judge judge) throws Exception {
        Map<Opened, Integer> all = new TreeMap<>();
        Map<String, Integer> byKind = new TreeMap<>();
        List<String> silently = new ArrayList<>();
        for (Damage damage : damages(root, chosen)) {
            Path copy = copyOf(root, chosen);
            damage.doTo(copy);
            try {
                Opened opened = judge.open(copy, damage.toString());
                all.merge(opened, 1, Integer::sum);
                byKind.merge(damage.kind() + " " + opened, 1, Integer::sum);
            } catch (AssertionError silent) {
                silently.add(silent.getMessage());
            }
            MoreFiles.deleteRecursively(copy, RecursiveDeleteOption.ALLOW_INSECURE);
        }
        byKind.forEach(drill::note);
        assertThat(silently).as(drill.describe()).isEmpty();
        return all;
    }

    private List<Damage> damages(Path root, Predicate<Path> chosen) throws IOException {
        int tail = drill.parameter("tail", 3);
        int each = drill.parameter("each", 1);
        List<Damage> damages = new ArrayList<>();
        for (Path file : files(root, chosen)) {
            boolean grows = ADDED_TO.matcher(file.getFileName().toString()).matches();
            Random chance = drill.chance(root.relativize(file).toString());
            damages.addAll(Damage.of(root, file, grows ? tail : 0, each, chance));
        }
        return damages;
    }

    private static Path copyOf(Path root, Predicate<Path> chosen) throws IOException {
        Path copy = Files.createTempDirectory(directory, "copy");
        for (Path file : files(root, chosen)) {
            Path target = copy.resolve(root.relativize(file));
            Files.createDirectories(target.getParent());
            Files.copy(file, target);
        }
        return copy;
    }

    private static List<Path> files(Path root, Predicate<Path> chosen) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).filter(chosen).sorted().toList();
        }
    }

    private static boolean isNotEmpty(Path file) {
        return file.toFile().length() > 0;
    }
}
