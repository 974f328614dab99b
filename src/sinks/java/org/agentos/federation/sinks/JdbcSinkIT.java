package org.agentos.federation.sinks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.ExtendedHome;
import org.agentos.federation.support.FreePort;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.Http;
import org.h2.tools.Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample jdbc-sink.yaml against real database servers, which are away, while the gateway is killed: effects are counted. */
class JdbcSinkIT {
    private static final Duration PATIENCE = SinkRuns.PATIENCE;
    private static final int KILLS = 4;
    private static final SinkRuns RUNS = new SinkRuns(30, 40);
    private static final int EVENTS = RUNS.events();

    @TempDir
    Path directory;

    @Test
    void shouldWriteEachEventOnceIntoPostgresOverKills() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.builder().start()) {
            assertOnceOverKills(server.getJdbcUrl("postgres", "postgres"), "postgres");
        }
    }

    @Test
    void shouldWriteEachEventOnceIntoH2OverKills() throws Exception {
        Server server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists", "-baseDir", directory.toString())
                .start();
        try {
            assertOnceOverKills("jdbc:h2:tcp://127.0.0.1:" + server.getPort() + "/./sink;MODE=PostgreSQL", "sa");
        } finally {
            server.stop();
        }
    }

    @Test
    void shouldOnlyBeLateWhenPostgresWasAway() throws Exception {
        int port = FreePort.find();
        assertLateOnly(
                () -> EmbeddedPostgres.builder()
                        .setPort(port)
                        .setDataDirectory(directory.resolve("postgres"))
                        .setCleanDataDirectory(false)
                        .start(),
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres",
                "postgres");
    }

    @Test
    void shouldOnlyBeLateWhenH2WasAway() throws Exception {
        int port = FreePort.find();
        assertLateOnly(
                () -> Server.createTcpServer("-tcpPort", "" + port, "-ifNotExists", "-baseDir", directory.toString())
                        .start()::stop,
                "jdbc:h2:tcp://127.0.0.1:" + port + "/./sink;MODE=PostgreSQL",
                "sa");
    }

    /** The database is away while events come in, the gateway stops and starts meanwhile, and one event fits no column. */
    private void assertLateOnly(Callable<AutoCloseable> database, String url, String user) throws Exception {
        // Given
        ExtendedHome home = ExtendedHome.in(directory)
                .sample("jdbc-sink.yaml")
                .setting("ext.jdbc.url", url)
                .setting("ext.jdbc.user", user);
        AutoCloseable server = database.call();
        try (GatewayProcess gateway =
                GatewayProcess.start(home.path(), directory, Map.of("EXT_JDBC_PASSWORD", "secret"))) {
            try (Connection tables = DriverManager.getConnection(url, user, "secret");
                    Statement statement = tables.createStatement()) {
                makeTables(statement);
                RUNS.push(gateway, "run_before", "agentos.step.completed");
                await().atMost(PATIENCE).until(() -> count(statement, "run_events") == RUNS.eventsOfARun());
            }

            // When
            server.close();
            RUNS.push(gateway);
            RUNS.push(gateway, "run_unfit", "agentos." + "x".repeat(300));
            awaitRetrying(gateway);
            Answer health =
                    new Http(gateway.baseUrl()).get("/v1/federation/health").send();
            int stopped = gateway.stop();
            gateway.start();
            awaitRetrying(gateway);
            server = database.call();

            // Then
            try (Connection tables = DriverManager.getConnection(url, user, "secret");
                    Statement statement = tables.createStatement()) {
                await().atMost(PATIENCE).until(() -> count(statement, "run_events") >= EVENTS + RUNS.eventsOfARun());
                await().atMost(PATIENCE)
                        .until(() -> listed(gateway).contains("retrying 0, dead letters " + RUNS.eventsOfARun()));
                assertThat(count(statement, "(SELECT DISTINCT tenant_id, run_id, event_id FROM run_events) AS effects"))
                        .isEqualTo(EVENTS + RUNS.eventsOfARun());
                assertThat(count(statement, "run_events")).isEqualTo(EVENTS + RUNS.eventsOfARun());
            }
            assertThat(health.status()).isEqualTo(200);
            assertThat(stopped).isZero();
            assertThat(gateway.command("subscriptions", "show", "ext-jdbc").output())
                    .contains("run_unfit")
                    .doesNotContain("run_1 ");
        } finally {
            server.close();
        }
    }

    private static void awaitRetrying(GatewayProcess gateway) {
        await().atMost(PATIENCE)
                .until(() -> listed(gateway).matches("(?s).*ext-jdbc: retrying since .*failed \\d+ times since .*"));
    }

    private static String listed(GatewayProcess gateway) {
        return gateway.command("subscriptions", "list").output();
    }

    private void assertOnceOverKills(String url, String user) throws Exception {
        // Given
        ExtendedHome home = ExtendedHome.in(directory)
                .sample("jdbc-sink.yaml")
                .setting("ext.jdbc.url", url)
                .setting("ext.jdbc.user", user);
        try (Connection database = DriverManager.getConnection(url, user, "secret");
                Statement statement = database.createStatement();
                GatewayProcess gateway =
                        GatewayProcess.start(home.path(), directory, Map.of("EXT_JDBC_PASSWORD", "secret"))) {
            makeTables(statement);
            RUNS.push(gateway);

            // When
            for (int kill = 1; kill <= KILLS; kill++) {
                long until = (long) kill * EVENTS / (KILLS + 1);
                await().atMost(PATIENCE).until(() -> count(statement, "run_events") >= until);
                gateway.kill();
                gateway.start();
            }
            await().atMost(PATIENCE).until(() -> count(statement, "event_inbox") >= EVENTS);
            SinkRuns.awaitCaughtUp(gateway);

            // Then
            assertThat(count(statement, "run_events")).isEqualTo(EVENTS);
            assertThat(count(statement, "(SELECT DISTINCT tenant_id, run_id, event_id FROM run_events) AS effects"))
                    .isEqualTo(EVENTS);
            assertThat(count(statement, "event_inbox")).isEqualTo(EVENTS);
            assertThat(gateway.stop()).isZero();
        }
    }

    private static void makeTables(Statement statement) throws IOException, SQLException {
        String script = Files.readString(Path.of("routes/extensions/samples/jdbc-sink.sql"));
        for (String definition : script.replaceAll("(?m)^--.*$", "").split(";", -1)) {
            if (!definition.isBlank()) {
                statement.execute(definition);
            }
        }
    }

    private static long count(Statement statement, String table) throws SQLException {
        try (ResultSet counted = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
            counted.next();
            return counted.getLong(1);
        }
    }
}
