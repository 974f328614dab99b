package org.agentos.federation.peer;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * A base URL an operator wrote: http or https, a host, perhaps a path, nothing else. User info, query and fragment are
 * refused because they would travel along with every call, dot segments and encoded slashes because what is appended
 * would land elsewhere.
 */
final class BaseUrl {
    private BaseUrl() {}

    /**
     * The URL without a trailing slash.
     *
     * @throws IllegalArgumentException with what is wrong, as the end of a sentence
     */
    static URI parse(String text) {
        URI url = uri(text);
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        refuse(!scheme.equals("http") && !scheme.equals("https"), "must be an http or https URL");
        refuse(url.getRawUserInfo() != null, "must not hold user or password");
        refuse(url.getHost() == null, "must name a host");
        refuse(url.getPort() > 65_535 || url.getPort() == 0, "must have a port from 1 to 65535");
        refuse(url.getRawQuery() != null || url.getRawFragment() != null, "must not have a query or a fragment");
        refuse(misleads(url.getRawPath()), "must not have dot segments or encoded slashes in its path");
        return URI.create(text.replaceAll("/+$", ""));
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("must be an http or https URL", e);
        }
    }

    private static boolean misleads(String path) {
        String lower = path.toLowerCase(Locale.ROOT).replace("%2e", ".");
        return lower.contains("%2f")
                || lower.contains("%5c")
                || (lower + "/").contains("/../")
                || (lower + "/").contains("/./");
    }

    private static void refuse(boolean wrong, String what) {
        if (wrong) {
            throw new IllegalArgumentException(what);
        }
    }
}
