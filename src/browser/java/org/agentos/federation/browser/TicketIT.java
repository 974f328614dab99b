package org.agentos.federation.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.agentos.federation.support.FreePort;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.Http;
import org.agentos.federation.support.RegistryFile;
import org.agentos.federation.support.TokenIssuer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages of two other origins where tokens are in use, which an EventSource cannot send. */
class TicketIT {
    private static final TokenIssuer ISSUER = new TokenIssuer();
    private static final Duration LONG = Duration.ofHours(1);

    /** Of a token, and so of the ticket: enough to open the first stream, and over before the gateway is back. */
    private static final Duration SHORT = Duration.ofSeconds(10);

    @TempDir
    static Path directory;

    @AutoClose
    private static Chromium chromium;

    @AutoClose
    private static PageServer page;

    @AutoClose
    private static PageServer otherPage;

    @AutoClose
    private static GatewayProcess gateway;

    private static String base;
    private static Http http;

    private final String run = Runs.newRun();

    @BeforeAll
    static void start() {
        chromium = Chromium.start();
        page = new PageServer();
        otherPage = new PageServer();
        Path registry = new RegistryFile()
                .peer(
                        "stk_b",
                        URI.create("http://127.0.0.1:" + FreePort.find()),
                        Map.of("identity", List.of("jwt:" + TokenIssuer.ISSUER + "#stk_b")))
                .writeTo(directory.resolve("peers.json"));
        gateway = GatewayProcess.start(
                directory,
                Map.of(
                        "AGENTOS_PEERS_FILE",
                        registry.toString(),
                        "AGENTOS_FED_JWT_PUBLIC_KEY",
                        ISSUER.writeTo(directory.resolve("jwks.json")).toString(),
                        "AGENTOS_FED_TICKET_ENABLED",
                        "true",
                        "AGENTOS_FED_CORS_ORIGINS",
                        page.origin() + "," + otherPage.origin()));
        base = gateway.baseUrl().toString();
        http = new Http(gateway.baseUrl());
    }

    @Test
    void shouldFollowARunByTicketsWhenOneHasExpired() {
        // Given
        store(1, 3);
        try (Reader reader = Reader.at(chromium.page(), page.origin())) {
            Instant expiry = Instant.now().plus(SHORT);
            reader.follow(base, run, bearer(SHORT), bearer(LONG)).awaitEvents(3);

            // When
            gateway.kill();
            Awaitility.await().atMost(SHORT).until(() -> Instant.now().isAfter(expiry));
            gateway.start();
            store(4, 6);
            reader.awaitEvents(6);
            Runs.complete(http, run, 7, "Authorization", pusher());
            reader.await("seen.ends.includes('run_completed')");

            // Then
            assertThat(reader.sequences()).isEqualTo(Reader.oneTo(7));
            assertThat(reader.tell("seen.tickets")).isEqualTo(2);
            assertThat(reader.requests())
                    .filteredOn(request -> request.response() != null)
                    .extracting(request -> request.response().status())
                    .contains(200, 401);
            reader.screenshot("by-tickets");
        }
    }

    @Test
    void shouldOpenNothingToAnotherPage() {
        // Given
        store(1, 3);
        String ticket;
        try (Reader reader = Reader.at(chromium.page(), page.origin()).follow(base, run, bearer(LONG))) {
            reader.awaitEvents(3);
            ticket = (String) reader.tell("seen.ticket");
        }

        // When
        try (Reader thief = Reader.at(chromium.page(), otherPage.origin())) {
            thief.watch(Runs.events(base, run) + "?errors=stream&ticket=" + ticket)
                    .await("seen.refusals.length > 0");

            // Then
            assertThat(thief.<String>list("seen.refusals")).containsExactly("forbidden");
            assertThat(thief.sequences()).isEmpty();
        }
    }

    @Test
    void shouldOpenNothingWithoutATicket() {
        store(1, 3);
        try (Reader reader = Reader.at(chromium.page(), page.origin()).watch(Runs.events(base, run))) {
            reader.await("seen.closed > 0");
            assertThat(reader.sequences()).isEmpty();
        }
    }

    private void store(int first, int last) {
        Runs.store(http, run, first, last, "Authorization", pusher());
    }

    private static String pusher() {
        return ISSUER.bearer(Runs.TENANT, "stk_b", "events:ingest", LONG);
    }

    private static String bearer(Duration lifetime) {
        return ISSUER.bearer(Runs.TENANT, "usr_1", "events:read", lifetime);
    }
}
