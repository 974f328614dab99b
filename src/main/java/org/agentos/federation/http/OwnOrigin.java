package org.agentos.federation.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Optional;
import org.agentos.federation.settings.HttpSettings;
import org.agentos.federation.settings.WebOrigin;

/**
 * The origin that this gateway's own address is to a browser: its scheme and whatever host the request names.
 *
 * @param scheme of the listener; behind a proxy that ends TLS it is not the browser's, so nothing is the gateway's own
 */
public record OwnOrigin(String scheme) {
    public static OwnOrigin of(HttpSettings settings) {
        return new OwnOrigin(settings.tls().isPresent() ? "https" : "http");
    }

    /** The origin of the page that sent a request; empty for programs. Named twice, it is the origin of nobody. */
    public static Optional<String> ofPage(MultiMap headers) {
        return headers.contains(HttpHeaders.ORIGIN)
                ? Optional.of(String.join(" ", headers.getAll(HttpHeaders.ORIGIN)))
                : Optional.empty();
    }

    /** Whether a page of this origin asked the very address that it came from. */
    public boolean is(String origin, MultiMap headers) {
        String host = headers.get(HttpHeaders.HOST);
        try {
            return host != null && origin.equals(WebOrigin.of(scheme + "://" + host));
        } catch (IllegalArgumentException noHost) {
            return false;
        }
    }

    /**
     * The same, where nobody but the gateway can have that address. Over plain HTTP a name proves nothing: its owner may
     * point it at this machine once a page is loaded (DNS rebinding). With TLS the certificate names the host.
     */
    boolean isForSure(String origin, MultiMap headers) {
        return is(origin, headers) && (scheme.equals("https") || fixed(origin.substring(scheme.length() + 3)));
    }

    private static boolean fixed(String host) {
        String name = host.startsWith("[") ? "" : host.replaceFirst(":\\d+$", "");
        return name.isEmpty() || name.equals("localhost") || name.endsWith(".localhost") || name.matches("[0-9.]+");
    }
}
