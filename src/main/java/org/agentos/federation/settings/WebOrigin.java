package org.agentos.federation.settings;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Origins of web pages as browsers write them in the {@code Origin} header (RFC 6454, section 6.2). */
public final class WebOrigin {
    private static final Pattern FORM =
            Pattern.compile("([a-z][a-z0-9+.-]*)://([a-z0-9._-]+|\\[[0-9a-f:.]+])(?::(\\d{1,5}))?");

    private static final int HIGHEST_PORT = 65_535;

    private WebOrigin() {}

    /**
     * The text a browser would send: in lower case, without the port that the scheme implies.
     *
     * @throws IllegalArgumentException with what is wrong, to follow the text in a message
     */
    public static String of(String text) {
        if (text.equals("null")) {
            throw new IllegalArgumentException("stands for pages of nobody in particular and cannot be told apart");
        }
        Matcher parts = FORM.matcher(text.toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "is no origin: it must be scheme://host or scheme://host:port, without a path");
        }
        String bare = parts.group(1) + "://" + parts.group(2);
        if (parts.group(3) == null) {
            return bare;
        }
        int port = Integer.parseInt(parts.group(3));
        if (port == 0 || port > HIGHEST_PORT) {
            throw new IllegalArgumentException("is no origin: its port must be from 1 to " + HIGHEST_PORT);
        }
        return port == impliedPort(parts.group(1)) ? bare : bare + ":" + port;
    }

    private static int impliedPort(String scheme) {
        return switch (scheme) {
            case "http" -> 80;
            case "https" -> 443;
            default -> 0;
        };
    }
}
