package org.agentos.federation.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.agentos.federation.peer.PeerFile;
import org.agentos.federation.settings.SettingsLoader;
import org.agentos.federation.support.LoggedMessages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenNotesTest {
    private static final String BELIEVED = "Whoever reaches the listener is believed to be whom it says host=";

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "10.1.2.3", "gateway.example"})
    void shouldWarnOfAnOpenAddressWhereNobodyNeedsAToken(String host) {
        assertThat(told(Map.of("AGENTOS_FED_HTTP_HOST", host)))
                .contains(BELIEVED + host + " profile=DEV setting=AGENTOS_FED_JWT_PUBLIC_KEY");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.2", "localhost", "::1"})
    void shouldNotWarnOfTheLoopbackAddress(String host) {
        assertThat(told(Map.of("AGENTOS_FED_HTTP_HOST", host))).doesNotContain(BELIEVED);
    }

    @Test
    void shouldNotWarnWhereTokensAreNeeded() {
        assertThat(told(Map.of(
                        "AGENTOS_FED_HTTP_HOST",
                        "0.0.0.0",
                        "AGENTOS_FED_JWT_PUBLIC_KEY",
                        "https://issuer.example/jwks.json")))
                .doesNotContain(BELIEVED);
    }

    private String told(Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("AGENTOS_FED_DATA_DIR", directory.toString());
        try (LoggedMessages logged = LoggedMessages.of(TokenNotes.class.getName())) {
            TokenNotes.tell(
                    SettingsLoader.load(Path.of("").toAbsolutePath(), all), PeerFile.absent(PeerFile.Overrides.NONE));
            return String.join("\n", logged.messages());
        }
    }
}
