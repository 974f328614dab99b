package org.agentos.federation.forward;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a run's events are read: always below the peer's configured base URL, since the caller's token goes along. What
 * a peer answers is taken as a place below that URL or not at all.
 */
final class EventsUrl {
    /** Longer than any honest URL; the index keeps one for every run. */
    static final int MAX_LENGTH = 2048;

    private static final Pattern PRINTABLE_ASCII = Pattern.compile("[!-~]+");
    /** Dot segments, and separators, dots and control characters in disguise. */
    private static final Pattern UNSAFE_PATH = Pattern.compile("(?i)/\\.{1,2}(/|;|$)|//|%(2f|5c|2e|7f|[01][0-9a-f])");

    private EventsUrl() {}

    /** The absolute URL, or empty when the peer's value leads anywhere else. */
    static Optional<String> resolve(URI base, String eventsUrl) {
        return parse(eventsUrl).flatMap(url -> pathBelow(base, url)
                .filter(path ->
                        path.startsWith("/") && !UNSAFE_PATH.matcher(path).find())
                .map(path -> base + path + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery())));
    }

    private static Optional<URI> parse(String text) {
        if (text.length() > MAX_LENGTH || !PRINTABLE_ASCII.matcher(text).matches() || text.startsWith("//")) {
            return Optional.empty();
        }
        try {
            URI url = new URI(text);
            return url.isOpaque() || url.getRawFragment() != null ? Optional.empty() : Optional.of(url);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> pathBelow(URI base, URI url) {
        String path = url.getRawPath();
        if (!url.isAbsolute()) {
            return Optional.of(path);
        }
        String basePath = base.getRawPath();
        return sameOrigin(base, url) && path.startsWith(basePath + "/")
                ? Optional.of(path.substring(basePath.length()))
                : Optional.empty();
    }

    private static boolean sameOrigin(URI base, URI url) {
        return url.getRawUserInfo() == null
                && url.getScheme().equalsIgnoreCase(base.getScheme())
                && url.getHost() != null
                && url.getHost().equalsIgnoreCase(base.getHost())
                && port(url) == port(base);
    }

    private static int port(URI url) {
        if (url.getPort() >= 0) {
            return url.getPort();
        }
        return url.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }
}
