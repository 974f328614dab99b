package org.agentos.federation.drills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.CursorCodec;
import org.agentos.federation.eventlog.CursorKeys;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.ingest.EventReader;
import org.agentos.federation.ingest.IngestBody;
import org.agentos.federation.ingest.IngestBodyReader;
import org.agentos.federation.peer.PeerFile;
import org.agentos.federation.settings.Profile;
import org.agentos.federation.sse.EventParser;
import org.agentos.federation.sse.EventStreamException;
import org.agentos.federation.support.TokenIssuer;
import org.agentos.federation.trust.TestPeers;
import org.agentos.federation.trust.TokenKeys;
import org.agentos.federation.trust.TokenRules;
import org.agentos.federation.trust.TokenVerifier;
import org.agentos.federation.trust.VerifiedToken;

/**
 * What comes from outside, changed in every way: it is read, or refused as documented. Nothing else is thrown, nothing hangs, and
 * no input costs more memory than some multiple of its length. How many tries: -Djqwik.tries.default; each tries many inputs.
 */
class FuzzTest {
    private static final int INPUTS_A_TRY = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Of one input: a parser that can be made to build more out of 64 KiB can be made to fill the heap. */
    private static final long MAX_ALLOCATED = 64L << 20;

    private static final int MAX_EVENT = 4096;
    private static final int MAX_BATCH = 20;

    private static final String EVENT =
            "{\"event_id\":\"e1\",\"run_id\":\"r1\",\"sequence\":7,\"time\":\"2026-01-02T03:04:05Z\","
                    + "\"type\":\"agentos.x\",\"tenant_id\":\"t\",\"payload\":{\"n\":1.5,\"a\":[1,null,\"\\u00e9\"]}}";
    private static final List<String> EVENT_WORDS = List.of(
            "\"event\"",
            "\"events\"",
            "\"event_id\"",
            "\"run_id\"",
            "\"sequence\"",
            "\"tenant_id\"",
            "\"peer\"",
            "\"peer_id\"",
            "\"auth\"",
            "\"ingest\"",
            "\"payload\"",
            EVENT,
            "{\"event\":" + EVENT + "}");

    private final IngestBodyReader ingest = new IngestBodyReader(new EventReader(MAX_EVENT), MAX_BATCH);

    @Property
    void shouldReadAnyEventStream(@ForAll long seed) {
        String good =
                "\uFEFF: hello\nretry: 2000\nid: 7\nevent: agentos.event\ndata: {\"event\":1}\ndata: x\n\nid: 8\n\ndata: y\r\r";
        Mutations mutations = new Mutations(seed, List.of("data", "data: ", "id:", "event: ", "retry: ", "\n\n", ":"));
        forInputs(() -> mutations.of(good), bytes -> {
            EventParser parser = new EventParser(
                    1024, MAX_EVENT, (type, data, id) -> assertThat(data).hasSizeLessThanOrEqualTo(MAX_EVENT));
            try {
                for (int at = 0; at < bytes.length; ) {
                    int piece = Math.min(mutations.upTo(200), bytes.length - at);
                    parser.feed(bytes, at, piece);
                    at += piece;
                }
            } catch (EventStreamException refused) {
                assertThat(refused.limit()).isNotNull();
            }
        });
    }

    @Property
    void shouldTakeNoCursorButItsOwn(@ForAll long seed) {
        RunKey run = new RunKey("tnt_a", "run_1");
        CursorCodec codec = new CursorCodec(() -> CursorKeys.of(new byte[32]), 5);
        Cursor cursor = new Cursor(new Position(77, 3), 12345);
        String good = codec.forRun(run).encode(cursor);
        Mutations mutations = new Mutations(seed, List.of(good, "AQ", "AAAA", "__", "--"));
        forInputs(() -> mutations.textOf(good), text -> {
            try {
                assertThat(codec.decode(run, text)).isEqualTo(cursor);
                assertThat(text).isEqualTo(good);
            } catch (FederationException refused) {
                assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_CURSOR);
            }
        });
    }

    @Property
    void shouldReadAnyIngestBody(@ForAll long seed) {
        List<String> shapes = List.of(
                "{\"peer_id\":\"stk_b\",\"auth\":{\"tenant_id\":\"t\",\"principal_id\":\"p\"},\"events\":[{\"event\":"
                        + EVENT + "}]}",
                "{\"peer\":{\"stack_id\":\"stk_b\",\"region\":\"eu\"},\"events\":[{\"event\":" + EVENT
                        + "}],\"traceparent\":\"00-x\"}",
                "{\"events\":[" + EVENT + "," + EVENT
                        + "],\"ingest\":{\"source_stack_id\":\"stk_b\",\"dedupe\":{\"mode\":\"event_id\"}}}");
        Mutations mutations = new Mutations(seed, EVENT_WORDS);
        forInputs(
                () -> mutations.of(shapes.get(mutations.upTo(shapes.size()) - 1)),
                bytes -> read(() -> ingest.readJson(bytes)));
    }

    @Property
    void shouldReadAnyLines(@ForAll long seed) {
        String good = "{\"event\":" + EVENT + "}\n" + EVENT + "\r\n\n{\"event\":" + EVENT + "}";
        Mutations mutations = new Mutations(seed, EVENT_WORDS);
        forInputs(() -> mutations.of(good), bytes -> read(() -> ingest.readLines(bytes)));
    }

    private interface Read {
        IngestBody body();
    }

    private static void read(Read read) {
        try {
            IngestBody body = read.body();
            assertThat(body.events()).hasSizeLessThanOrEqualTo(MAX_BATCH).allSatisfy(event -> {
                if (event.envelope() != null) {
                    assertThat(event.envelope().toString()).doesNotContain("\n", "\r");
                }
            });
        } catch (FederationException refused) {
            assertThat(refused.code())
                    .isIn(ErrorCode.INVALID_JSON, ErrorCode.INVALID_REQUEST, ErrorCode.PAYLOAD_TOO_LARGE);
        }
    }

    @Property
    void shouldTakeNoTokenButItsOwn(@ForAll long seed) throws IOException {
        TokenIssuer issuer = new TokenIssuer();
        Path keys = Files.createTempFile("fuzz", ".jwks");
        TokenVerifier verifier;
        try {
            verifier = new TokenVerifier(
                    TokenKeys.open(issuer.writeTo(keys).toString(), HttpClient.newHttpClient(), InstantSource.system()),
                    TestPeers.NO_KEYS,
                    TokenRules.OPEN,
                    InstantSource.system());
        } finally {
            Files.delete(keys);
        }
        String good = issuer.bearer("tnt_a", "prn_a", "runs:forward", Duration.ofHours(1))
                .substring("Bearer ".length());
        VerifiedToken own = verifier.verify(good);
        Mutations mutations = new Mutations(seed, List.of(".", "eyJhbGciOiJub25lIn0", "eyJ", "..", good, "e30", "="));
        forInputs(() -> mutations.textOf(good), text -> {
            try {
                assertThat(verifier.verify(text)).isEqualTo(own);
                assertThat(signedPart(text)).isEqualTo(signedPart(good));
            } catch (FederationException refused) {
                assertThat(refused.code()).isEqualTo(ErrorCode.UNAUTHORIZED);
            }
        });
    }

    private static String signedPart(String token) {
        return token.substring(0, token.lastIndexOf('.'));
    }

    @Property
    void shouldReadAnyRegistryOrTellWhatIsWrong(@ForAll long seed) throws IOException {
        String good = Files.readString(Path.of("config/peers.json"));
        Path file = Files.createTempFile("fuzz", ".json");
        Mutations mutations = new Mutations(
                seed,
                List.of(
                        "\"peers\"",
                        "\"policy\"",
                        "\"mirror\"",
                        "\"limits\"",
                        "\"quotas\"",
                        "\"identity\"",
                        "\"stack_id\"",
                        "http://",
                        "{{",
                        "}}"));
        try {
            forInputs(() -> mutations.of(good), bytes -> {
                write(file, bytes);
                PeerFile.Loaded loaded =
                        new PeerFile(file, Profile.DEV, PeerFile.Overrides.NONE, name -> Optional.empty()).read();
                assertThat(loaded.problems())
                        .allSatisfy(problem -> assertThat(problem).isNotBlank());
                assertThat(loaded.registry() != null || !loaded.problems().isEmpty())
                        .isTrue();
            });
        } finally {
            Files.delete(file);
        }
    }

    private static void write(Path file, byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Source<T> {
        T next();
    }

    private static <T> void forInputs(Source<T> inputs, Consumer<T> target) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assertTimeoutPreemptively(PATIENCE, () -> {
            for (int i = 0; i < INPUTS_A_TRY; i++) {
                T input = inputs.next();
                long before = threads.getCurrentThreadAllocatedBytes();
                try {
                    target.accept(input);
                } catch (RuntimeException | Error e) {
                    throw new AssertionError("input " + i + ": " + shown(input), e);
                }
                assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                        .as("bytes allocated for %s", shown(input))
                        .isLessThan(MAX_ALLOCATED);
            }
        });
    }

    private static String shown(Object input) {
        String text = input instanceof byte[] bytes ? new String(bytes, StandardCharsets.ISO_8859_1) : input.toString();
        return text.substring(0, Math.min(text.length(), 2000));
    }
}
