package org.agentos.federation.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RemoteKeysTest {
    private final AtomicInteger asked = new AtomicInteger();
    private volatile int status = 200;
    private volatile String keySet = keySet("one", TestTokens.EC);
    private volatile Instant now = TestTokens.NOW;
    private HttpServer issuer;

    @BeforeEach
    void startIssuer() throws IOException {
        issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer.createContext("/jwks", exchange -> {
            asked.incrementAndGet();
            byte[] body = keySet.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        issuer.start();
    }

    @AfterEach
    void stopIssuer() {
        issuer.stop(0);
    }

    @Test
    void shouldFetchKeysOnceForManyTokens() {
        // Given
        KeySource keys = open();

        // When
        for (int i = 0; i < 10; i++) {
            assertThat(find(keys, "one")).isEqualTo(1);
        }

        // Then
        assertThat(asked).hasValue(1);
    }

    @Test
    void shouldFollowRotation() {
        // Given
        KeySource keys = open();
        find(keys, "one");
        keySet = keySet("two", TestTokens.OTHER_EC);

        // When
        int found = find(keys, "two");

        // Then
        assertThat(found).isEqualTo(1);
        assertThat(find(keys, "one")).isZero();
    }

    @Test
    void shouldLimitFetchesThatUnknownKeysCause() {
        // Given
        KeySource keys = open();
        find(keys, "one");

        // When
        for (int i = 0; i < 50; i++) {
            assertThat(find(keys, "forged-" + i)).isZero();
        }

        // Then
        assertThat(asked).hasValue(RemoteKeys.FETCHES_PER_MINUTE);
        now = now.plus(Duration.ofMinutes(1));
        find(keys, "forged");
        assertThat(asked).hasValue(RemoteKeys.FETCHES_PER_MINUTE + 1);
    }

    @Test
    void shouldBridgeOutageOfIssuerButNotForEver() {
        // Given
        KeySource keys = open();
        find(keys, "one");
        status = 500;

        // When
        now = now.plus(RemoteKeys.TRUSTED_FOR);

        // Then
        assertThat(find(keys, "one")).isEqualTo(1);
        now = now.plusMillis(1);
        assertThat(refusal(keys).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void shouldNotTrustKeysForAsLongAsAClockWasAhead() {
        // Given
        now = now.plus(Duration.ofDays(365));
        KeySource keys = open();
        for (int i = 0; i < RemoteKeys.FETCHES_PER_MINUTE; i++) {
            find(keys, "forged-" + i);
        }

        // When
        now = now.minus(Duration.ofDays(365));
        keySet = keySet("two", TestTokens.EC);

        // Then
        assertThat(find(keys, "one")).isZero();
        assertThat(find(keys, "two")).isEqualTo(1);
    }

    @Test
    void shouldSayUnavailableUntilKeysAreThere() {
        // Given
        status = 503;
        KeySource keys = open();

        // When
        FederationException refusal = refusal(keys);

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(refusal.headers()).containsEntry("Retry-After", "1");
        status = 200;
        assertThat(find(keys, "one")).isEqualTo(1);
    }

    @Test
    void shouldKeepOldKeysWhenNewOnesAreUnfit() {
        // Given
        KeySource keys = open();
        find(keys, "one");

        // When
        keySet = " ".repeat(1 << 19);
        find(keys, "two");
        keySet = "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\",\"kid\":\"two\"}]}";

        // Then
        assertThat(find(keys, "two")).isZero();
        assertThat(find(keys, "one")).isEqualTo(1);
        assertThat(asked).hasValue(3);
    }

    private KeySource open() {
        URI url = URI.create("http://127.0.0.1:" + issuer.getAddress().getPort() + "/jwks");
        return TokenKeys.open(url.toString(), HttpClient.newHttpClient(), () -> now);
    }

    private static int find(KeySource keys, String keyId) {
        return keys.find(Optional.of(keyId), JWSAlgorithm.ES256).size();
    }

    private static FederationException refusal(KeySource keys) {
        return catchThrowableOfType(FederationException.class, () -> find(keys, "one"));
    }

    private static String keySet(String keyId, KeyPair pair) {
        return "{\"keys\":["
                + new ECKey.Builder(Curve.P_256, (ECPublicKey) pair.getPublic())
                        .keyID(keyId)
                        .build()
                        .toJSONString()
                + "]}";
    }
}
