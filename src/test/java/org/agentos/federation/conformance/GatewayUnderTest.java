package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.FreePort;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.Http;
import org.agentos.federation.support.OpenApiCheck;
import org.agentos.federation.support.RegistryFile;
import org.agentos.federation.support.ScriptedPeer;
import org.agentos.federation.support.SseClient;
import org.agentos.federation.support.SseFrame;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/**
 * The gateway a test class asks: one process for the class with its scripted peers, or the one that
 * {@code federation.base-url} names. What the process printed is shown when a test fails.
 */
final class GatewayUnderTest implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private static final Optional<URI> GIVEN =
            Optional.ofNullable(System.getProperty("federation.base-url")).map(URI::create);

    private static final int SHOWN_CHARS = 10_000;

    private final Map<String, ScriptedPeer> peers = new LinkedHashMap<>();
    private final Map<String, Map<String, Object>> peerMembers = new LinkedHashMap<>();
    private final Map<String, String> environment = new TreeMap<>();
    private boolean withDeadPeer;
    private Path directory;
    private GatewayProcess process;
    private Http http;

    /** A peer that can be scripted. */
    GatewayUnderTest peer(String stackId) {
        return peer(stackId, Map.of());
    }

    /** A peer that can be scripted, with further members in the registry. */
    GatewayUnderTest peer(String stackId, Map<String, Object> members) {
        peerMembers.put(stackId, members);
        return this;
    }

    /** A peer {@code stk_dead} at an address where nobody listens. */
    GatewayUnderTest deadPeer() {
        withDeadPeer = true;
        return this;
    }

    GatewayUnderTest environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        if (GIVEN.isPresent()) {
            http = new Http(GIVEN.get());
            return;
        }
        directory = Files.createTempDirectory("federation-gateway");
        environment.put("AGENTOS_PEERS_FILE", registry().toString());
        process = GatewayProcess.start(directory, environment);
        http = new Http(process.baseUrl());
    }

    private Path registry() {
        RegistryFile registry = new RegistryFile();
        peerMembers.forEach((stackId, members) -> {
            ScriptedPeer peer = new ScriptedPeer();
            peers.put(stackId, peer);
            registry.peer(stackId, peer.baseUrl(), members);
        });
        if (withDeadPeer) {
            registry.peer("stk_dead", URI.create("http://127.0.0.1:" + FreePort.find()), Map.of());
        }
        return registry.writeTo(directory.resolve("peers.json"));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        boolean failed = context.getExecutionException()
                .filter(e -> !(e instanceof TestAbortedException))
                .isPresent();
        if (failed && process != null) {
            System.err.println("--- what the gateway printed last ---\n" + tail(process.output()));
        }
        peers.forEach((stackId, peer) -> assertThat(peer.faults()).as(stackId).isEmpty());
    }

    private static String tail(String output) {
        return output.substring(Math.max(0, output.length() - SHOWN_CHARS));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (process != null) {
            process.close();
        }
        peers.values().forEach(ScriptedPeer::close);
    }

    /** The process; a test that asks for it is skipped where the gateway was given. */
    GatewayProcess process() {
        return orSkip(process, "control of the gateway's process");
    }

    /** A scripted peer; a test that asks for it is skipped where the gateway was given. */
    ScriptedPeer peerOf(String stackId) {
        return orSkip(peers.get(stackId), "a scripted peer");
    }

    private static <T> T orSkip(T thing, String need) {
        if (thing == null && GIVEN.isPresent()) {
            System.err.println("SKIPPED: needs " + need + ", which -Dfederation.base-url does not give");
            throw new TestAbortedException("needs " + need);
        }
        return thing;
    }

    Http http() {
        return http;
    }

    URI baseUrl() {
        return GIVEN.orElseGet(() -> process.baseUrl());
    }

    /** Opens a stream as the tenant of the samples and holds the head of the answer against the document. */
    SseClient stream(String runId, String query, String... headers) {
        return streamAs(Sample.TENANT, runId, query, headers);
    }

    SseClient streamAs(String tenantId, String runId, String query, String... headers) {
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "X-Tenant-Id";
        all[headers.length + 1] = tenantId;
        SseClient stream = SseClient.open(baseUrl(), "/v1/federation/runs/" + runId + "/events" + query, all);
        if (stream.status() != 200) {
            stream.awaitEnd();
            OpenApiCheck.ofProject().verify(stream.answer());
        }
        return stream;
    }

    /** Pushes envelopes as the peer of the published script, which no registry knows. */
    Answer ingest(String... envelopes) {
        return http.post("/v1/federation/events:ingest")
                .tenant(Sample.TENANT)
                .json(Sample.batch("peer_ci", envelopes))
                .send();
    }

    /** Pushes envelopes that must all be stored. */
    Answer store(String... envelopes) {
        Answer answer = ingest(envelopes);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.json().get("accepted").asInt()).as(answer.toString()).isEqualTo(envelopes.length);
        return answer;
    }

    /** The envelopes kept of a run, in the order of the log. */
    List<String> stored(String runId) {
        return readToEnd(runId, "?follow=false").frames("agentos.event").stream()
                .map(SseFrame::data)
                .toList();
    }

    /** Reads a stream that ends by itself. */
    SseClient readToEnd(String runId, String query) {
        try (SseClient stream = stream(runId, query)) {
            stream.awaitEnd();
            return stream;
        }
    }

    Answer forward(String body) {
        return http.post("/v1/federation/runs:forward").json(body).send();
    }

    /** Forwards a run that must start, and returns its id. */
    String started(String stackId) {
        Answer answer = forward(Sample.forward(stackId, Sample.key()));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.json().at("/forwarded/remote_run_id").asText();
    }
}
