package org.agentos.federation.drills;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.agentos.federation.audit.AuditTrail;
import org.agentos.federation.settings.AuditSettings;

/** Opens a damaged audit trail to write on, and reads its chain as an auditor would. */
final class DamagedAudit {
    private final List<JsonNode> whole;

    DamagedAudit(List<JsonNode> whole) {
        this.whole = whole;
    }

    private static AuditSettings settings(Path file) {
        return new AuditSettings("file:" + file, Optional.empty(), Long.MAX_VALUE, Duration.ZERO, 0);
    }

    Opened open(Path file, String what) throws IOException {
        try {
            AuditTrail.open(settings(file), InstantSource.system()).close();
        } catch (IllegalArgumentException refused) {
            assertThat(refused).as(what).hasMessageStartingWith("names " + file + ", which ");
            return Opened.REFUSED;
        }
        assertThat(Files.exists(file)).isTrue();
        List<JsonNode> kept;
        try {
            kept = AuditChain.read(file);
        } catch (AssertionError chainBroken) {
            return Opened.TOLD_WHEN_READ;
        }
        assertThat(whole.subList(0, kept.size())).as(what).isEqualTo(kept);
        return kept.size() == whole.size() ? Opened.WHOLE : Opened.SHORT_AT_THE_END;
    }
}
