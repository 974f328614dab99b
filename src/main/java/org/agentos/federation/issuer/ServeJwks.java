package org.agentos.federation.issuer;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Answers {@code GET /.well-known/jwks.json}: the public keys by which peers verify tokens of this gateway. */
public final class ServeJwks implements Processor {
    /** Half the time for which a new key is shown before it signs. */
    private static final Duration MAY_BE_KEPT = MadeKeys.PUBLISHED_BEFORE.dividedBy(2);

    private final KeyRing keys;

    public ServeJwks(KeyRing keys) {
        this.keys = keys;
    }

    @Override
    public void process(Exchange exchange) {
        exchange.getMessage().setBody(jwks());
        exchange.getMessage().setHeader("Cache-Control", "public, max-age=" + MAY_BE_KEPT.toSeconds());
    }

    private Map<String, Object> jwks() {
        try {
            return keys.jwks();
        } catch (UncheckedIOException e) {
            throw new FederationException(ErrorCode.STORAGE_UNAVAILABLE, "no key for tokens can be kept");
        }
    }
}
