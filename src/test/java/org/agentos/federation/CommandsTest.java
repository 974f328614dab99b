package org.agentos.federation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What the program tells of its commands, and what the documents do. */
class CommandsTest {
    /** Not after a hyphen or slash: {@code target/federation-gateway} and {@code data/federation} are no commands. */
    private static final Pattern TYPED = Pattern.compile("(?:bin/|`)federation ([a-z][a-z-]*)(?: ([a-z]+))?");

    @ParameterizedTest
    @MethodSource("commands")
    void shouldExplainEveryCommandAndWhatItTakes(CommandLine command) {
        CommandLine.Model.CommandSpec spec = command.getCommandSpec();
        assertThat(spec.usageMessage().description()).isNotEmpty();
        assertThat(spec.args()).allSatisfy(arg -> assertThat(arg.description())
                .as("%s of %s", arg.paramLabel(), spec.qualifiedName())
                .isNotEmpty());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void shouldAnswerHelpInsteadOfDoingAnything(CommandLine command) {
        // Given
        List<String> words = List.of(command.getCommandSpec().qualifiedName().split(" ", -1)).stream()
                .skip(1)
                .collect(Collectors.toList());
        words.add("--help");
        StringWriter told = new StringWriter();

        // When
        int exitCode = FederationGateway.commandLine()
                .setOut(new PrintWriter(told, true))
                .execute(words.toArray(new String[0]));

        // Then
        assertThat(exitCode).isZero();
        assertThat(told.toString())
                .contains("Usage: " + command.getCommandSpec().qualifiedName());
    }

    @Test
    void shouldBeNamedInTheDocumentsAsTheyAre() throws IOException {
        // Given
        Set<String> there = commands()
                .map(command -> command.getCommandSpec().qualifiedName())
                .collect(Collectors.toSet());
        Set<String> groups = Set.of("routes", "audit");

        // When
        List<MatchResult> typed = TYPED.matcher(documents()).results().collect(Collectors.toList());

        // Then
        assertThat(typed).hasSizeGreaterThan(20).allSatisfy(words -> {
            boolean group = groups.contains(words.group(1)) && words.group(2) != null;
            assertThat(there)
                    .as(words.group())
                    .contains("federation " + words.group(1) + (group ? " " + words.group(2) : ""));
        });
    }

    private static Stream<CommandLine> commands() {
        return withThoseBelow(FederationGateway.commandLine());
    }

    private static Stream<CommandLine> withThoseBelow(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(CommandsTest::withThoseBelow));
    }

    private static String documents() throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> docs = Files.list(Path.of("docs"))) {
            for (Path file : Stream.concat(
                            Stream.of(Path.of("README.md"), Path.of("CHANGELOG.md")),
                            docs.filter(path -> path.toString().endsWith(".md")))
                    .sorted()
                    .toList()) {
                text.append(Files.readString(file)).append('\n');
            }
        }
        return text.toString();
    }
}
