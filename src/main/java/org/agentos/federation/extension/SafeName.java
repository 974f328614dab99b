package org.agentos.federation.extension;

import java.nio.charset.StandardCharsets;

/** Ids as text that is safe in headers and in file names: bytes other than letters, digits, dash and underscore are %XX. */
final class SafeName {
    private SafeName() {}

    static String of(String id) {
        StringBuilder safe = new StringBuilder(id.length());
        for (byte b : id.getBytes(StandardCharsets.UTF_8)) {
            if (isPlain(b)) {
                safe.append((char) b);
            } else {
                safe.append('%')
                        .append(Character.toUpperCase(Character.forDigit(b >> 4 & 15, 16)))
                        .append(Character.toUpperCase(Character.forDigit(b & 15, 16)));
            }
        }
        return safe.toString();
    }

    private static boolean isPlain(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || b == '-' || b == '_';
    }
}
