package org.agentos.federation.stream;

import java.util.Locale;
import java.util.Optional;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;

/** The forms in which events go out: one coordinate, three media types. */
public enum Form {
    SSE("text/event-stream", "text/*"),
    JSON_PAGE("application/json", "application/*"),
    NDJSON("application/x-ndjson", null);

    private static final String ANY = "*/*";

    private final String mediaType;
    private final String range;

    Form(String mediaType, String range) {
        this.mediaType = mediaType;
        this.range = range;
    }

    public String mediaType() {
        return mediaType;
    }

    /**
     * The form an Accept header asks for: the best by quality, then by precision, then the first named. SSE without one.
     *
     * @throws FederationException {@code not_acceptable} when none of them will do
     */
    static Form accepted(Optional<String> accept) {
        if (accept.isEmpty() || accept.get().isBlank()) {
            return SSE;
        }
        Form best = null;
        double bestWeight = 0;
        for (String item : accept.get().split(",", -1)) {
            String name = item.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
            for (Form form : values()) {
                double weight = quality(item) * form.precision(name);
                if (weight > bestWeight) {
                    best = form;
                    bestWeight = weight;
                }
            }
        }
        if (best == null) {
            throw new FederationException(
                    ErrorCode.NOT_ACCEPTABLE,
                    "events are given as text/event-stream, application/json or application/x-ndjson");
        }
        return best;
    }

    /** Just below 1 for a range, so that it only decides between equal qualities; 0 for no match. */
    private double precision(String name) {
        if (name.equals(mediaType)) {
            return 1;
        }
        if (name.equals(range)) {
            return 0.9999;
        }
        return name.equals(ANY) && this == SSE ? 0.9998 : 0;
    }

    /** The {@code q} of one item; 1 without, 0 when it is none. */
    private static double quality(String item) {
        for (String parameter : item.split(";", -1)) {
            String trimmed = parameter.trim().toLowerCase(Locale.ROOT);
            if (trimmed.startsWith("q=")) {
                return trimmed.matches("q=(0(\\.\\d{0,3})?|1(\\.0{0,3})?)")
                        ? Double.parseDouble(trimmed.substring(2))
                        : 0;
            }
        }
        return 1;
    }
}
