package org.agentos.federation.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.agentos.federation.audit.AuditTrail;
import org.agentos.federation.control.ControlReply;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.forward.store.RouteStorage;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.settings.SettingsLoader;
import org.agentos.federation.startup.StartupReview;
import org.agentos.federation.support.RegistryFile;
import org.agentos.federation.support.TokenIssuer;
import org.agentos.federation.wiring.Parts;
import org.agentos.federation.wiring.Stores;
import org.agentos.federation.wiring.Threads;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reload that cannot be recorded does not happen. */
class ReloadTest {
    private static final String CANNOT = "the audit trail cannot record the reload at the moment";

    @TempDir
    Path directory;

    private final Map<String, String> environment = new HashMap<>();
    private final TokenIssuer issuer = new TokenIssuer();
    private final Vertx vertx = Vertx.vertx();
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final Map<TokenIssuer, String> tokens = new HashMap<>();
    private Threads threads;
    private AuditTrail audit;
    private Stores stores;
    private Parts parts;
    private Reload reload;

    @BeforeEach
    void open() throws Exception {
        environment.put("AGENTOS_FED_DATA_DIR", directory.resolve("data").toString());
        Files.createDirectories(directory.resolve("data"));
        environment.put("AGENTOS_AUDIT_SINK", "file:" + directory.resolve("audit.log"));
        environment.put("AGENTOS_PEERS_FILE", peers("stk_b").toString());
        environment.put("AGENTOS_FED_JWT_PUBLIC_KEY", issuer.writeTo(keys()).toString());
        Settings settings = settings();
        InstantSource clock = InstantSource.system();
        threads = new Threads(settings);
        audit = AuditTrail.open(settings.audit(), clock);
        stores = Stores.open(settings, new RouteStorage(camel.createProducerTemplate()), clock, threads.compactions);
        parts = new Parts(settings, StartupReview.review(settings, clock), stores, audit, threads, vertx, clock);
        reload = new Reload(parts, this::settings);
    }

    @AfterEach
    void close() throws Exception {
        parts.streams.close();
        parts.mirroring.close();
        stores.close();
        audit.close();
        threads.close();
        camel.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void shouldTakeOverWhatIsRecorded() {
        // Given
        peers("stk_c");
        environment.put("AGENTOS_FED_FORWARD_MAX_ATTEMPTS", "7");

        // When
        ControlReply reply = reload.now(Reload.Cause.COMMAND);

        // Then
        assertThat(reply.done()).as(reply.lines().toString()).isTrue();
        assertThat(parts.reviewed.registry().find("stk_c")).isPresent();
        assertThat(parts.reviewed.registry().find("stk_b")).isEmpty();
        assertThat(parts.redelivery.get().maxAttempts()).isEqualTo(7);
        assertThat(reload.isOwed()).isFalse();
    }

    @Test
    void shouldTakeOverOtherKeysForTokensAndForgetWhatThoseOfBeforeVerified() {
        // Given
        TokenIssuer next = new TokenIssuer();
        assertThat(isTaken(issuer)).isTrue();
        assertThat(isTaken(next)).isFalse();

        // When
        next.writeTo(keys());
        ControlReply reply = reload.now(Reload.Cause.COMMAND);

        // Then
        assertThat(reply.lines()).contains("keys for tokens changed");
        assertThat(isTaken(next)).isTrue();
        assertThat(isTaken(issuer)).isFalse();
    }

    @Test
    void shouldRefuseUnfitKeysForTokensAndKeepThoseItHas() throws Exception {
        // Given
        Files.writeString(keys(), "{\"keys\":[]}");

        // When
        ControlReply reply = reload.now(Reload.Cause.COMMAND);

        // Then
        assertThat(reply.done()).isFalse();
        assertThat(reply.lines())
                .singleElement()
                .asString()
                .startsWith("AGENTOS_FED_JWT_PUBLIC_KEY cannot be used: names " + keys());
        assertThat(isTaken(issuer)).isTrue();
    }

    @Test
    void shouldNoticeThatKeysForTokensAreOthers() {
        // Given
        ReloadWatch watch = new ReloadWatch(parts.settings, reload);
        watch.look();
        watch.look();
        TokenIssuer next = new TokenIssuer();
        next.writeTo(keys());

        // When
        watch.look();
        watch.look();
        watch.close();

        // Then
        assertThat(isTaken(next)).isTrue();
    }

    @Test
    void shouldRefuseWhatCannotBeRecordedAndChangeNothing() {
        // Given
        peers("stk_c");
        environment.put("AGENTOS_FED_FORWARD_MAX_ATTEMPTS", "7");
        audit.close();

        // When
        ControlReply reply = reload.now(Reload.Cause.COMMAND);

        // Then
        assertThat(reply).isEqualTo(new ControlReply(false, java.util.List.of(CANNOT)));
        assertThat(parts.reviewed.registry().find("stk_b")).isPresent();
        assertThat(parts.reviewed.registry().find("stk_c")).isEmpty();
        assertThat(parts.redelivery.get().maxAttempts()).isEqualTo(3);
        assertThat(parts.meters
                        .get("agentos_federation_reload_successful")
                        .gauge()
                        .value())
                .isZero();
    }

    @Test
    void shouldTryAgainAtEachLookUntilItIsRecorded() {
        // Given
        peers("stk_c");
        audit.close();

        // When
        try (ReloadWatch watch = new ReloadWatch(parts.settings, reload)) {
            for (int i = 0; i < 4; i++) {
                watch.look();
            }
        }

        // Then
        assertThat(refused()).as("the first look only sees").isEqualTo(3);
        assertThat(reload.isOwed()).isTrue();
    }

    @Test
    void shouldNotTryAgainWhatIsUnfit() throws Exception {
        // Given
        Files.writeString(directory.resolve("peers.json"), "{");

        // When
        try (ReloadWatch watch = new ReloadWatch(parts.settings, reload)) {
            for (int i = 0; i < 4; i++) {
                watch.look();
            }
        }

        // Then
        assertThat(refused()).isEqualTo(1);
        assertThat(reload.isOwed()).isFalse();
    }

    private Path keys() {
        return directory.resolve("keys.json");
    }

    /** The same token at each call. */
    private boolean isTaken(TokenIssuer by) {
        String token = tokens.computeIfAbsent(by, any -> any.bearer("tnt_a", "prn_a", "", Duration.ofHours(1)));
        try {
            return parts.reviewed
                    .tokens()
                    .orElseThrow()
                    .verify(token.substring("Bearer ".length()))
                    .tenantId()
                    .isPresent();
        } catch (FederationException refused) {
            return false;
        }
    }

    private double refused() {
        return parts.meters
                .get("agentos_federation_reloads")
                .tag("outcome", "refused")
                .counter()
                .count();
    }

    private Settings settings() {
        return SettingsLoader.load(Path.of("").toAbsolutePath(), environment);
    }

    private Path peers(String stackId) {
        return new RegistryFile()
                .peer(stackId, URI.create("http://127.0.0.1:9"), Map.of())
                .writeTo(directory.resolve("peers.json"));
    }
}
