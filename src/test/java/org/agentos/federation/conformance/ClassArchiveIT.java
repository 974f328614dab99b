package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.agentos.federation.support.GatewayProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

@DisabledIfSystemProperty(named = "federation.base-url", matches = ".+", disabledReason = "starts processes of its own")
class ClassArchiveIT {
    @TempDir
    Path directory;

    @Test
    void shouldStartFromTheArchiveThatTheBuildHasMade() throws IOException {
        // When
        List<String> loaded = classesOfAStart(GatewayProcess.application());

        // Then
        assertThat(loaded).hasSizeGreaterThan(300);
        assertThat(loaded.stream().filter(ClassArchiveIT::isFromArchive).count())
                .isGreaterThan(loaded.size() * 9L / 10);
    }

    @Test
    void shouldArchiveWhereItIsInstalledAndLeaveItsExtensionsAlone() throws IOException {
        // Given
        Path installed = directory.resolve("installed");
        copy(GatewayProcess.application(), installed);
        Files.writeString(
                installed.resolve("routes/extensions/not-startable.yaml"),
                "- from: {uri: 'no-such-component:x', steps: [{to: 'direct:nowhere'}]}\n");
        List<String> before = classesOfACheck(installed);

        // When
        GatewayProcess.Ended ended = GatewayProcess.command(installed, directory, Map.of(), "archive-classes");

        // Then
        assertThat(ended.exitCode()).as(ended.output()).isZero();
        assertThat(before).isNotEmpty().noneMatch(ClassArchiveIT::isFromArchive);
        assertThat(classesOfACheck(installed)).anyMatch(ClassArchiveIT::isFromArchive);
    }

    private List<String> classesOfAStart(Path application) throws IOException {
        try (GatewayProcess gateway = GatewayProcess.start(application, directory, tellingClasses())) {
            gateway.stop();
        }
        return classes();
    }

    private List<String> classesOfACheck(Path application) throws IOException {
        GatewayProcess.command(application, directory, tellingClasses(), "check");
        return classes();
    }

    private Map<String, String> tellingClasses() {
        return Map.of("JAVA_OPTS", "-XX:TieredStopAtLevel=1 -Xlog:class+load:file=" + directory.resolve("loaded.log"));
    }

    /** What the JVM said of each class of ours that it loaded last. */
    private List<String> classes() throws IOException {
        return Files.readAllLines(directory.resolve("loaded.log")).stream()
                .filter(line -> line.contains(" org.agentos.federation."))
                .filter(line -> !line.contains("$$Lambda"))
                .toList();
    }

    private static boolean isFromArchive(String line) {
        return line.contains("source: shared objects file (top)");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(file -> !file.endsWith("classes.jsa")).toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
