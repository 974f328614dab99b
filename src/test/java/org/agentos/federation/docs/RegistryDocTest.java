package org.agentos.federation.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.agentos.federation.peer.PeerFile;
import org.agentos.federation.settings.Profile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The registry printed in the documentation is one that loads, and has every member that is read. */
class RegistryDocTest {
    private static final Path SOURCES = Path.of("src/main/java/org/agentos/federation/peer");
    private static final Pattern BLOCK = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);
    private static final Pattern READ =
            Pattern.compile("\\b(?:require|list|url|object|objects|integers?|decimal|flag|whole"
                    + "|choice|text|parsed|names)\\((?:policy, )?\"([a-z_]+)\"");

    @Test
    void shouldPrintARegistryThatLoads(@TempDir Path folder) throws IOException {
        // Given
        Path file = Files.writeString(folder.resolve("peers.json"), printed());

        // When
        PeerFile.Loaded loaded =
                new PeerFile(file, Profile.PROD, PeerFile.Overrides.NONE, name -> Optional.empty()).read();

        // Then
        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.registry().find("stk_b")).isPresent();
    }

    @Test
    void shouldPrintEveryMemberThatIsRead() throws IOException {
        // Given
        Set<String> members = members("PeerReader.java", "PeerTokensReader.java", "StackReader.java");

        // When
        String registry = printed();

        // Then
        assertThat(members).contains("stack_id", "forward_burst", "directions", "tenants", "git_sha");
        assertThat(members).allSatisfy(member -> assertThat(registry).contains('"' + member + '"'));
    }

    private static Set<String> members(String... sources) throws IOException {
        Set<String> members = new TreeSet<>();
        for (String source : sources) {
            Matcher matcher = READ.matcher(Files.readString(SOURCES.resolve(source)));
            while (matcher.find()) {
                members.add(matcher.group(1));
            }
        }
        return members;
    }

    private static String printed() throws IOException {
        Matcher block = BLOCK.matcher(Files.readString(Path.of("docs/configuration.md")));
        assertThat(block.find()).isTrue();
        return block.group(1);
    }
}
