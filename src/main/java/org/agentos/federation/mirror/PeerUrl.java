package org.agentos.federation.mirror;

import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.agentos.federation.peer.PathSegment;

/**
 * A place that may be called for a peer: its scheme, host and port are the configured ones and its path lies under the
 * configured base path. A caller's token goes nowhere else, so this is checked again at each use, whatever was checked
 * when the URL was written down.
 *
 * @param path percent-encoded, with the query
 */
record PeerUrl(String host, int port, boolean tls, String path) {
    /** Ways to leave the base path that a server may see through: dot segments and encoded slashes. */
    private static final Pattern ESCAPE =
            Pattern.compile("(^|/)(\\.|%2e){1,2}(/|;|$)|%2f|%5c|\\\\", Pattern.CASE_INSENSITIVE);

    /** Parameters of an events URL that say where to begin; they give way to the mirror's own. */
    private static final Pattern START = Pattern.compile("(from_sequence|on_gap)=");

    /** The run's event stream from where it is to be taken up; a peer that has dropped what follows gives what it has. */
    static PeerUrl events(MirroredRun run, ResumePoint from) {
        URI base = run.peer().baseUrl();
        URI events = run.eventsUrl();
        String path = events.isAbsolute() ? pathUnder(base, events) : basePath(base) + pathOnly(events);
        return of(base, checked(path) + "?" + query(events, from));
    }

    /** The run itself, which tells its status. */
    static PeerUrl status(MirroredRun run) {
        URI base = run.peer().baseUrl();
        String runId = run.run().runId();
        if (runId.equals(".") || runId.equals("..")) {
            throw notPinned("a run id that is a dot segment");
        }
        return of(base, basePath(base) + "/v1/runs/" + PathSegment.of(runId));
    }

    RequestOptions request() {
        return new RequestOptions()
                .setHost(host)
                .setPort(port)
                .setSsl(tls)
                .setURI(path)
                .setFollowRedirects(false);
    }

    private static PeerUrl of(URI base, String path) {
        boolean tls = "https".equals(scheme(base));
        return new PeerUrl(base.getHost(), port(base), tls, path);
    }

    private static String pathUnder(URI base, URI url) {
        boolean sameOrigin = scheme(base).equals(scheme(url))
                && base.getHost().equalsIgnoreCase(url.getHost())
                && port(base) == port(url)
                && url.getRawUserInfo() == null;
        if (!sameOrigin || !url.getRawPath().startsWith(basePath(base) + "/")) {
            throw notPinned("not under the peer's base URL");
        }
        return url.getRawPath();
    }

    private static String pathOnly(URI url) {
        if (url.getRawAuthority() != null || !url.getRawPath().startsWith("/")) {
            throw notPinned("neither absolute nor a path");
        }
        return url.getRawPath();
    }

    private static String checked(String path) {
        if (ESCAPE.matcher(path).find()) {
            throw notPinned("a path with dot segments or encoded slashes");
        }
        return path;
    }

    private static String query(URI events, ResumePoint from) {
        String own = (from.replays() ? "on_gap=continue&" : "") + "from_sequence=" + from.sequence();
        if (events.getRawQuery() == null) {
            return own;
        }
        return Arrays.stream(events.getRawQuery().split("&"))
                .filter(parameter ->
                        !parameter.isEmpty() && !START.matcher(parameter).lookingAt())
                .collect(Collectors.collectingAndThen(
                        Collectors.joining("&"), others -> others.isEmpty() ? own : others + "&" + own));
    }

    private static String basePath(URI base) {
        String path = base.getRawPath() == null ? "" : base.getRawPath();
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static String scheme(URI url) {
        return url.getScheme().toLowerCase(Locale.ROOT);
    }

    private static int port(URI url) {
        return url.getPort() >= 0 ? url.getPort() : "https".equals(scheme(url)) ? 443 : 80;
    }

    private static IllegalArgumentException notPinned(String why) {
        return new IllegalArgumentException("the events URL may not be called: " + why);
    }
}
