package org.agentos.federation.http;

import io.vertx.core.MultiMap;
import java.util.random.RandomGenerator;

/**
 * The two names of a request. Taken from its headers when 1..128 of {@code [A-Za-z0-9._:-]}, else replaced, so that an
 * id can stand in a log line, a header and a JSON body as it is.
 */
record RequestIds(String requestId, String correlationId) {
    private static final int MAX_LENGTH = 128;
    private static final int GENERATED_LENGTH = 16;
    private static final int BITS_A_LETTER = 5;
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz234567";

    static RequestIds of(MultiMap headers, RandomGenerator random) {
        String given = headers.get("X-Request-Id");
        String requestId = fit(given) ? given : generate(random);
        String correlationId = headers.get("X-Correlation-Id");
        return new RequestIds(requestId, fit(correlationId) ? correlationId : requestId);
    }

    private static boolean fit(String id) {
        if (id == null || id.isEmpty() || id.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            if (!fit(id.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean fit(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == ':'
                || c == '-';
    }

    private static String generate(RandomGenerator random) {
        StringBuilder id = new StringBuilder("req_");
        long bits = 0;
        for (int i = 0; i < GENERATED_LENGTH; i++) {
            bits = i % (Long.SIZE / BITS_A_LETTER) == 0 ? random.nextLong() : bits >>> BITS_A_LETTER;
            id.append(LETTERS.charAt((int) (bits & (LETTERS.length() - 1))));
        }
        return id.toString();
    }
}
