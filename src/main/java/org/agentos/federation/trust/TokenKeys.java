package org.agentos.federation.trust;

import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.agentos.federation.peer.PeerTokens;

/** Finds the keys for tokens in what AGENTOS_FED_JWT_PUBLIC_KEY names. */
public final class TokenKeys {
    private static final Pattern LOOPBACK =
            Pattern.compile("http://(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d+)?(/|$)");

    private static final String PEM = "-----BEGIN";

    private TokenKeys() {}

    /** The file that holds the keys; empty where they are behind a URL, or stand there themselves. */
    public static Optional<Path> file(String location) {
        String trimmed = location.strip();
        return isUrl(trimmed) || trimmed.startsWith(PEM) ? Optional.empty() : Optional.of(Path.of(trimmed));
    }

    /**
     * Opens a JWKS URL, a PEM text, or the path of a PEM or JWKS file.
     *
     * @param http for a URL; it must not follow redirects
     * @throws IllegalArgumentException when the start must be refused, with the reason as the end of a sentence that
     *     begins with the setting's name
     */
    public static KeySource open(String location, HttpClient http, InstantSource clock) {
        String trimmed = location.strip();
        if (isUrl(trimmed)) {
            return new RemoteKeys(url(trimmed), () -> http, clock, RemoteKeys.places()).start();
        }
        if (trimmed.startsWith(PEM)) {
            return FixedKeys.parse(trimmed);
        }
        try {
            return FixedKeys.parse(FixedKeys.content(Path.of(trimmed)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("names " + trimmed + ", which " + e.getMessage(), e);
        }
    }

    /**
     * Opens the keys of a peer's own tokens.
     *
     * @param tokens whose file, where it names one, was found fit
     * @param waiting places for requests that wait for keys
     */
    static KeySource open(PeerTokens tokens, Supplier<HttpClient> http, InstantSource clock, Semaphore waiting) {
        return tokens.content()
                .<KeySource>map(FixedKeys::parse)
                .orElseGet(() -> new RemoteKeys(url(tokens.keys()), http, clock, waiting).start());
    }

    static boolean isUrl(String location) {
        String lower = location.toLowerCase(Locale.ROOT);
        return lower.startsWith("https://") || lower.startsWith("http://");
    }

    /** Whether keys from there could be swapped on the way: plain http, to any machine but this one. */
    static boolean isExposed(String location) {
        String lower = location.strip().toLowerCase(Locale.ROOT);
        return lower.startsWith("http://") && !LOOPBACK.matcher(lower).lookingAt();
    }

    private static URI url(String location) {
        URI url = URI.create(location);
        if (url.getHost() == null || url.getRawUserInfo() != null) {
            throw new IllegalArgumentException("must be a URL with a host and without user or password");
        }
        return url;
    }
}
