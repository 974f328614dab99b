package org.agentos.federation.deletion;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agentos.federation.audit.AuditTrail;
import org.agentos.federation.audit.RecordAudit;
import org.agentos.federation.audit.RequireAudit;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.http.InboundRequest;
import org.agentos.federation.settings.AuditSettings;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.Caller;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was deleted cannot be brought back, so that it is deleted has to be on the audit trail first. */
class DeleteRunRouteTest {
    private static final String PATH = "/v1/federation/runs/{run_id}";
    private static final Processor NOTHING = exchange -> {};

    @TempDir
    Path folder;

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final AtomicBoolean deleted = new AtomicBoolean();
    private AuditTrail trail;

    @BeforeEach
    void start() throws Exception {
        trail = AuditTrail.open(
                new AuditSettings("file:" + file(), Optional.empty(), 1 << 20, Duration.ZERO, 0),
                InstantSource.system());
        bind("admitRunDeleter", DeleteRunRouteTest::admit);
        bind("requireAudit", new RequireAudit(trail));
        bind("requireRun", new RequireRun(run -> run.runId().equals("run_there")));
        bind(
                "recordMutation",
                new RecordAudit(trail, RecordAudit.Kind.MUTATION, InstantSource.system(), Runnable::run, () -> true));
        bind("deleteRun", exchange -> deleted.set(true));
        bind("countDenial", NOTHING);
        bind("recordRefusal", NOTHING);
        String route = Files.readString(Path.of("routes/api/delete-run.yaml"))
                .replaceFirst("platform-http:\\S+\\s+parameters:\\s+httpMethodRestrict: DELETE", "direct:delete");
        PluginHelper.getRoutesLoader(camel)
                .loadRoutes(
                        ResourceHelper.fromString(
                                "refuse-clearly.yaml", Files.readString(Path.of("routes/errors/refuse-clearly.yaml"))),
                        ResourceHelper.fromString("delete-run.yaml", route));
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
        trail.close();
    }

    @Test
    void shouldRecordADeletionAndDoIt() throws IOException {
        // When
        Exchange answer = delete("run_there");

        // Then
        assertThat(answer.getException()).isNull();
        assertThat(deleted).isTrue();
        assertThat(Files.readString(file()))
                .contains("\"action\":\"federation.runs.delete\",\"resource\":\"run_there\",\"outcome\":\"allowed\"");
    }

    @Test
    void shouldDeleteNothingThatCannotBeRecorded() {
        // Given
        trail.close();

        // When
        Exchange answer = delete("run_there");

        // Then
        assertThat(refusal(answer)).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE);
        assertThat(deleted).isFalse();
    }

    @Test
    void shouldNotRecordTheDeletionOfARunThatIsNotThere() throws IOException {
        // When
        Exchange answer = delete("run_nowhere");

        // Then
        assertThat(refusal(answer)).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(deleted).isFalse();
        assertThat(Files.readString(file())).isEmpty();
    }

    private Path file() {
        return folder.resolve("audit.log");
    }

    private void bind(String name, Processor step) {
        camel.getRegistry().bind(name, step);
    }

    private static ErrorCode refusal(Exchange answer) {
        return FederationException.in(answer.getException()).orElseThrow().code();
    }

    private Exchange delete(String runId) {
        InboundRequest request = new InboundRequest("DELETE", PATH, Map.of(), Map.of(), "req_1", "cor_1");
        return camel.createFluentProducerTemplate()
                .to("direct:delete")
                .withHeader("run_id", runId)
                .withExchangeProperty(InboundRequest.PROPERTY, request)
                .send();
    }

    private static void admit(Exchange exchange) {
        Caller operator = new Caller(
                Optional.of("tnt_a"),
                Optional.of("prn_a"),
                Set.of("platform:admin"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "req_1",
                "cor_1",
                Optional.empty(),
                Optional.empty());
        exchange.setProperty(AdmitCaller.IDENTIFIED, operator);
        exchange.setProperty(AdmitCaller.CALLER, operator);
    }
}
