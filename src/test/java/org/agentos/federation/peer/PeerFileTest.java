package org.agentos.federation.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.agentos.federation.settings.LimitKind;
import org.agentos.federation.settings.Profile;
import org.agentos.federation.settings.Rate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerFileTest {
    private static final PeerFile.Overrides NO_OVERRIDES = PeerFile.Overrides.NONE;

    @TempDir
    Path folder;

    @Test
    void shouldReadFileOfFirstImplementation() throws IOException {
        // Given
        String file = """
                {"local": {"stack_id": "stk_a", "environment": "dev", "region": "local", "api_versions": ["v1"],
                           "endpoints": {"agent-orchestrator_base_url": "http://a:8081", "model-policy_base_url": ""},
                           "build": {"version": "1.0.2", "git_sha": "abc", "timestamp": "2025-12-19T21:55:00Z"}},
                 "peers": [{"stack_id": "stk_b", "environment": "dev", "region": "local", "api_versions": ["v1"],
                            "endpoints": {"agent-orchestrator_base_url": "http://b:8081/", "model-policy_base_url": "http://b:8082"},
                            "build": {"version": "1.0.2"}}]}""";

        // When
        PeerFile.Loaded loaded = read(file, Profile.DEV);

        // Then
        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.registry().configured()).isTrue();
        assertThat(loaded.registry().local())
                .isEqualTo(new PeerInfo(
                        "stk_a",
                        "dev",
                        "local",
                        List.of("v1"),
                        new PeerInfo.Endpoints("http://a:8081", null),
                        new PeerInfo.Build("1.0.2", "abc", "2025-12-19T21:55:00Z")));
        Peer peer = loaded.registry().find("stk_b").orElseThrow();
        assertThat(peer.baseUrl()).isEqualTo(URI.create("http://b:8081"));
        assertThat(peer.policy()).isEqualTo(Peer.Policy.UNRESTRICTED);
        assertThat(peer.redelivery()).isEqualTo(Peer.Redelivery.DEFAULT);
        assertThat(peer.limits()).isEqualTo(Peer.Limits.NONE);
        assertThat(peer.quotas()).isEqualTo(Peer.Quotas.NONE);
        assertThat(peer.mirror()).isEqualTo(Peer.Mirror.DEFAULT);
        assertThat(peer.token()).isEqualTo(Peer.Token.CALLER);
        assertThat(peer.keysHonoured()).isTrue();
        assertThat(peer.replays()).isFalse();
    }

    @Test
    void shouldReadEveryMemberThisGatewayAdds() throws IOException {
        // Given
        String file = """
                {"peers": [{"stack_id": "stk_b",
                  "endpoints": {"agent-orchestrator_base_url": "https://b.example/base"},
                  "identity": ["spiffe://agentos/stack/stk_b", "dns:STK-B.example", "sha256:%s", "jwt:https://idp#svc_b"],
                  "federation_base_url": "https://b.example:8443/",
                  "policy": {"directions": ["forward"], "tenants": ["tnt_demo"], "agents": ["*"],
                             "event_types": ["agentos.run.*"], "max_event_bytes": 1024, "dry_run": true},
                  "redelivery": {"max_attempts": 5, "base_backoff_ms": 100, "multiplier": 1.5, "jitter": 0.1,
                                 "max_backoff_ms": 2000, "deadline_ms": 9000, "statuses": [503, 429]},
                  "limits": {"forwards_per_second": 2.5, "forward_burst": 10, "concurrent_forwards": 4,
                             "events_per_second": 100, "event_burst": 200, "streams": 7},
                  "quotas": {"forwards_per_day": 1000, "events_per_day": 5000000000, "stored_bytes": 0},
                  "mirror": {"mode": "on-demand", "empty_tries": 3, "max_backoff_ms": 4000},
                  "auth": {"token": "own", "audience": "https://b"},
                  "tokens": {"issuer": "stk_b", "keys": "https://b/.well-known/jwks.json?v=1"},
                  "assume": {"idempotency_keys": false, "replay": true}}]}""".formatted(":AB".repeat(32).substring(1));

        // When
        PeerFile.Loaded loaded = read(file, Profile.PROD);

        // Then
        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.registry().peers())
                .containsExactly(new Peer(
                        new PeerInfo(
                                "stk_b",
                                null,
                                null,
                                null,
                                new PeerInfo.Endpoints("https://b.example/base", null),
                                null),
                        URI.create("https://b.example/base"),
                        List.of(
                                "spiffe://agentos/stack/stk_b",
                                "dns:stk-b.example",
                                "sha256:" + "ab".repeat(32),
                                "jwt:https://idp#svc_b"),
                        Optional.of(URI.create("https://b.example:8443")),
                        new Peer.Policy(
                                new Allowance(List.of("forward")),
                                new Allowance(List.of("tnt_demo")),
                                Allowance.ALL,
                                new Allowance(List.of("agentos.run.*")),
                                OptionalInt.of(1024),
                                true),
                        new Peer.Redelivery(
                                OptionalInt.of(5),
                                OptionalInt.of(100),
                                OptionalDouble.of(1.5),
                                OptionalDouble.of(0.1),
                                OptionalInt.of(2000),
                                OptionalInt.of(9000),
                                Optional.of(Set.of(429, 503))),
                        new Peer.Limits(
                                Map.of(LimitKind.FORWARDS, new Rate(2.5, 10), LimitKind.EVENTS, new Rate(100, 200)),
                                OptionalInt.of(4),
                                OptionalInt.empty(),
                                OptionalInt.of(7)),
                        new Peer.Quotas(Map.of(
                                LimitKind.FORWARDS, 1000L, LimitKind.EVENTS, 5_000_000_000L, LimitKind.BYTES, 0L)),
                        new Peer.Mirror(false, OptionalInt.of(3), OptionalInt.of(4000)),
                        Peer.Token.OWN,
                        Optional.of("https://b"),
                        false,
                        true,
                        Optional.of(new PeerTokens("stk_b", "https://b/.well-known/jwks.json?v=1", Optional.empty()))));
    }

    @Test
    void shouldRestrictNothingWhereMemberIsAbsentAndAllowNothingWhereItIsEmpty() throws IOException {
        // When
        PeerFile.Loaded loaded = read(peer("\"policy\": {\"tenants\": []}"), Profile.PROD);

        // Then
        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.registry().peers().get(0).policy())
                .isEqualTo(new Peer.Policy(
                        Allowance.ALL, Allowance.NONE, Allowance.ALL, Allowance.ALL, OptionalInt.empty(), false));
    }

    @ParameterizedTest
    @CsvSource({"DEV,true", "DEMO,true", "PROD,false"})
    void shouldLetPeerWithoutPolicyDoNothingInProd(Profile profile, boolean mayForward) throws IOException {
        // When
        PeerFile.Loaded loaded = read(peer("\"region\": \"eu\""), profile);

        // Then
        Peer.Policy policy = loaded.registry().peers().get(0).policy();
        assertThat(policy.directions().allows("forward")).isEqualTo(mayForward);
        assertThat(policy.tenants().allows("tnt_a")).isEqualTo(mayForward);
    }

    @Test
    void shouldLetSettingsWinOverLocalPart() throws IOException {
        // Given
        PeerFile.Overrides overrides =
                new PeerFile.Overrides(Optional.of("stk_x"), Optional.empty(), Optional.of("eu"));

        // When
        PeerFile.Loaded loaded = new PeerFile(
                        write("{\"local\": {\"stack_id\": \"stk_a\", \"environment\": \"dev\", \"region\": \"us\"}}"),
                        Profile.DEV,
                        overrides,
                        name -> Optional.empty())
                .read();

        // Then
        assertThat(loaded.registry().local()).isEqualTo(new PeerInfo("stk_x", "dev", "eu", null, null, null));
    }

    @Test
    void shouldKnowItselfWithoutFile() {
        // When
        PeerRegistry registry = PeerFile.absent(NO_OVERRIDES);

        // Then
        assertThat(registry.configured()).isFalse();
        assertThat(registry.local().stackId()).isEqualTo("stk_local");
        assertThat(registry.peers()).isEmpty();
    }

    @Test
    void shouldFillSettingsIntoTexts() throws IOException {
        // Given
        Path file = write("""
                {"peers": [{"stack_id": "stk_b",
                            "endpoints": {"agent-orchestrator_base_url": "http://127.0.0.1:{{federation.http.port}}/demo"}}]}""");

        // When
        PeerFile.Loaded loaded =
                new PeerFile(file, Profile.DEV, NO_OVERRIDES, name -> Optional.of(name.length() + "")).read();

        // Then
        assertThat(loaded.registry().peers().get(0).baseUrl()).isEqualTo(URI.create("http://127.0.0.1:20/demo"));
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', textBlock = """
            ''                                             | is not JSON: it is empty
            []                                             | must be a JSON object
            {} {}                                          | is not JSON: line 1, column 4: Trailing token (of type START_OBJECT) found after value (bound as `com.fasterxml.jackson.databind.JsonNode`): not allowed as per `DeserializationFeature.FAIL_ON_TRAILING_TOKENS`
            {"peers": [], "peers": []}                     | is not JSON: line 1, column 22: Duplicate field 'peers'
            {"peer": []}                                   | peer is not a known member
            {"peers": {}}                                  | peers must be a list
            {"peers": ["stk_b"]}                           | peers[0] must be an object
            {"local": []}                                  | local must be an object
            {"local": {"stack": "x"}}                      | local.stack is not a known member
            {"local": {"api_versions": "v1"}}              | local.api_versions must be a list
            {"local": {"api_versions": [1]}}               | local.api_versions[0] must be a string
            {"local": {"region": 1}}                       | local.region must be a string
            {"local": {"build": {"sha": "x"}}}             | local.build.sha is not a known member
            {"local": {"endpoints": {"model-policy_base_url": "ftp://x"}}} | local.endpoints.model-policy_base_url must be an http or https URL
            {"peers": [{"stack_id": "b"}]}                 | peers[0].endpoints is missing
            {"peers": [{"stack_id": "b", "endpoints": {}}]} | peers[0].endpoints.agent-orchestrator_base_url is missing
            {"peers": [{"endpoints": {"agent-orchestrator_base_url": "http://b"}}]} | peers[0].stack_id is missing
            {"peers": [{"stack_id": "", "endpoints": {"agent-orchestrator_base_url": "http://b"}}]} | peers[0].stack_id is missing
            {"peers": [{"stack_id": "a\\u0007", "endpoints": {"agent-orchestrator_base_url": "http://b"}}]} | peers[0].stack_id contains a control character
            {"peers": [{"stack_id": "stk_local", "endpoints": {"agent-orchestrator_base_url": "http://b"}}]} | peers[0].stack_id "stk_local" already belongs to this stack
            """)
    void shouldNameWhatIsWrongWithFile(String file, String problem) throws IOException {
        // When
        List<String> problems = read(file, Profile.DEV).problems();

        // Then
        assertThat(problems).containsExactly("AGENTOS_PEERS_FILE (" + folder.resolve("peers.json") + "): " + problem);
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', textBlock = """
            "capabilities": []                          | capabilities is not a known member
            "identity": "dns:b"                         | identity must be a list
            "identity": ["stk_b"]                       | identity[0] must be a SAN URI, or begin with dns:, sha256: or jwt:
            "identity": ["dns:*.b"]                     | identity[0] must have a host name after the prefix
            "identity": ["sha256:abcd"]                 | identity[0] must have 64 hex digits after the prefix
            "identity": ["jwt:https://idp"]             | identity[0] must be jwt:<issuer>#<subject>
            "identity": ["jwt:#sub"]                    | identity[0] must be jwt:<issuer>#<subject>
            "identity": ["dns:b", "dns:B"]              | identity "dns:b" already belongs to peers[0]
            "federation_base_url": "b.example"          | federation_base_url must be an http or https URL
            "federation_base_url": "http://u:p@b"       | federation_base_url must not hold user or password
            "federation_base_url": "http://b?x=1"       | federation_base_url must not have a query or a fragment
            "federation_base_url": "http://b#x"         | federation_base_url must not have a query or a fragment
            "federation_base_url": "http:///x"          | federation_base_url must name a host
            "federation_base_url": "http://b:99999"     | federation_base_url must have a port from 1 to 65535
            "federation_base_url": "http://b/x/../y"    | federation_base_url must not have dot segments or encoded slashes in its path
            "federation_base_url": "http://b/%2e%2e"    | federation_base_url must not have dot segments or encoded slashes in its path
            "federation_base_url": "http://b/x%2Fy"     | federation_base_url must not have dot segments or encoded slashes in its path
            "federation_base_url": "http://{{nobody}}"  | federation_base_url names no setting with {{nobody}}
            "policy": {"tenant": []}                    | policy.tenant is not a known member
            "policy": {"tenants": null}                 | policy.tenants must be a list
            "policy": {"tenants": ["t*x"]}              | policy.tenants[0] may have a * at its end only
            "policy": {"directions": ["push"]}          | policy.directions[0] must be forward, ingest or *
            "policy": {"max_event_bytes": 0}            | policy.max_event_bytes must be a whole number from 1 to 16777216
            "policy": {"dry_run": "yes"}                | policy.dry_run must be true or false
            "redelivery": {"max_attempts": "3"}         | redelivery.max_attempts must be a whole number from 1 to 100
            "redelivery": {"max_attempts": 2.5}         | redelivery.max_attempts must be a whole number from 1 to 100
            "redelivery": {"jitter": 2}                 | redelivery.jitter must be a number from 0.0 to 1.0
            "redelivery": {"statuses": [404]}           | redelivery.statuses must be 429 or 500 to 599, is 404: another refusal is never repeated
            "limits": {"streams": -1}                   | limits.streams must be a whole number from 0 to 1000000
            "quotas": {"stored_bytes": 1e30}            | quotas.stored_bytes must be a whole number from 0 to 9223372036854775807
            "mirror": {"mode": "lazy"}                  | mirror.mode must be one of [eager, on-demand]
            "auth": {"token": "mine"}                   | auth.token must be one of [caller, none, own]
            "auth": {"aud": "x"}                        | auth.aud is not a known member
            "assume": {"replay": 1}                     | assume.replay must be true or false
            "policy": {"tenants": ["*"]}, "tokens": {"keys": "https://b"} | tokens.issuer is missing
            "policy": {"tenants": ["*"]}, "tokens": {"issuer": "b"} | tokens.keys is missing
            "policy": {"tenants": ["*"]}, "tokens": {"issuer": "b", "keys": "https://b", "aud": "x"} | tokens.aud is not a known member
            "policy": {"tenants": ["*"]}, "tokens": {"issuer": "b", "keys": "https://u:p@b"} | tokens.keys must be a URL with a host and without user, password and fragment
            "policy": {"tenants": ["*"]}, "tokens": {"issuer": "b", "keys": "absent.json"} | tokens.keys names a file that cannot be read: absent.json
            "policy": {"agents": ["*"]}, "tokens": {"issuer": "b", "keys": "https://b"} | policy.tenants is missing: tokens needs it, ["*"] is all tenants
            "tokens": {"issuer": "b", "keys": "https://b"} | policy.tenants is missing: tokens needs it, ["*"] is all tenants
            "identity": ["jwt:https://idp#*"]           | identity "jwt:https://idp#*" may end with #* only for the issuer in tokens.issuer
            """)
    void shouldNameWhatIsWrongWithPeer(String member, String problem) throws IOException {
        // When
        List<String> problems = read(peer(member), Profile.DEV).problems();

        // Then
        assertThat(problems)
                .containsExactly("AGENTOS_PEERS_FILE (" + folder.resolve("peers.json") + "): peers[0]." + problem);
    }

    @Test
    void shouldReportAllProblemsAtOnce() throws IOException {
        // Given
        String file = """
                {"peers": [{"stack_id": "b", "endpoints": {"agent-orchestrator_base_url": "http://b"}, "identity": ["dns:b"]},
                           {"stack_id": "b", "endpoints": {"agent-orchestrator_base_url": "http://b"}, "identity": ["dns:b"],
                            "colour": 1, "quotas": {"events": 1}}]}""";

        // When
        List<String> problems = read(file, Profile.DEV).problems();

        // Then
        assertThat(problems)
                .extracting(problem -> problem.substring(problem.indexOf("): ") + 3))
                .containsExactly(
                        "peers[1].quotas.events is not a known member",
                        "peers[1].colour is not a known member",
                        "peers[1].stack_id \"b\" already belongs to peers[0]",
                        "peers[1].identity \"dns:b\" already belongs to peers[0]");
    }

    @Test
    void shouldReadKeysOfAPeerBesideTheRegistry() throws IOException {
        // Given
        Files.writeString(folder.resolve("b.json"), "keys of b");

        // When
        PeerFile.Loaded loaded = read(peer(TOKENS_OF_B), Profile.PROD);

        // Then
        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.registry().ofIssuer("stk_b").flatMap(Peer::ownTokens))
                .contains(new PeerTokens("stk_b", "b.json", Optional.of("keys of b")));
        assertThat(loaded.registry().ofIssuer("stk_c")).isEmpty();
    }

    @Test
    void shouldTellOtherKeysInTheSameFileAsAChange() throws IOException {
        // Given
        Files.writeString(folder.resolve("b.json"), "keys of b");
        PeerRegistry before = read(peer(TOKENS_OF_B), Profile.PROD).registry();

        // When
        Files.writeString(folder.resolve("b.json"), "other keys of b");

        // Then
        assertThat(before.changeTo(read(peer(TOKENS_OF_B), Profile.PROD).registry())
                        .changed())
                .containsExactly("stk_b");
    }

    @Test
    void shouldKeepAnIssuerToOnePeer() throws IOException {
        // Given
        String one = "{\"stack_id\": \"%s\", \"endpoints\": {\"agent-orchestrator_base_url\": \"http://b\"},"
                + "\"policy\": {\"tenants\": [\"*\"]}, \"tokens\": {\"issuer\": \"x\", \"keys\": \"https://%s\"}}";

        // When
        List<String> problems = read(
                        "{\"peers\": [" + one.formatted("b", "b") + "," + one.formatted("c", "c") + "]}", Profile.DEV)
                .problems();

        // Then
        assertThat(problems)
                .singleElement()
                .asString()
                .endsWith("peers[1].tokens.issuer \"x\" already belongs to peers[0]");
    }

    @Test
    void shouldNameFileThatCannotBeRead() {
        // When
        List<String> problems = new PeerFile(folder, Profile.DEV, NO_OVERRIDES, name -> Optional.empty())
                .read()
                .problems();

        // Then
        assertThat(problems)
                .singleElement()
                .asString()
                .startsWith("AGENTOS_PEERS_FILE (" + folder + "): cannot be read");
    }

    private static final String TOKENS_OF_B = "\"policy\": {\"tenants\": [\"tnt_a\"]}, \"identity\": [\"jwt:stk_b#*\"],"
            + " \"tokens\": {\"issuer\": \"stk_b\", \"keys\": \"b.json\"}";

    private static String peer(String member) {
        return "{\"peers\": [{\"stack_id\": \"stk_b\", \"endpoints\": {\"agent-orchestrator_base_url\": \"http://b\"}, "
                + member + "}]}";
    }

    private PeerFile.Loaded read(String text, Profile profile) throws IOException {
        return new PeerFile(write(text), profile, NO_OVERRIDES, name -> Optional.empty()).read();
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("peers.json"), text);
    }
}
