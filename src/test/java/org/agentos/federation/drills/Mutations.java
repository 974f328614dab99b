package org.agentos.federation.drills;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Inputs that were good once: bytes changed, put in, taken out, doubled and cut, with the words of the format among them. */
final class Mutations {
    private static final int MAX_CHANGES = 8;
    private static final int MAX_REPEATS = 2_000;
    private static final int MAX_BYTES = 64 * 1024;

    /** Words that parsers stumble over, whatever the format. */
    private static final List<String> ANYWHERE = List.of(
            "{",
            "}",
            "[",
            "]",
            "\"",
            ",",
            ":",
            "\\",
            "\\u0000",
            "\\ud800",
            "\n",
            "\r",
            "\r\n",
            "\0",
            "\uFEFF",
            "null",
            "true",
            "-0",
            "1e999",
            "1e-999",
            "9223372036854775808",
            "-1",
            "0.1",
            "99999999999999999999999999",
            ".",
            "=",
            "-",
            "_",
            "~",
            "%00",
            "..",
            "[[[[[[[[",
            "{\"a\":",
            "\u2028",
            "é");

    private final Random chance;
    private final List<String> words;

    /** @param words of the format */
    Mutations(long seed, List<String> words) {
        this.chance = new Random(seed);
        this.words = words;
    }

    byte[] of(String good) {
        byte[] bytes = good.getBytes(StandardCharsets.UTF_8);
        for (int changes = 1 + chance.nextInt(MAX_CHANGES); changes > 0; changes--) {
            bytes = changed(bytes);
        }
        return Arrays.copyOf(bytes, Math.min(bytes.length, MAX_BYTES));
    }

    /** The same as text of one char a byte, where the format is text. */
    String textOf(String good) {
        return new String(of(good), StandardCharsets.ISO_8859_1);
    }

    /** A number from 1 on, for sizes of pieces. */
    int upTo(int most) {
        return 1 + chance.nextInt(most);
    }

    private byte[] changed(byte[] bytes) {
        int from = chance.nextInt(bytes.length + 1);
        int to = from + chance.nextInt(bytes.length - from + 1);
        return switch (chance.nextInt(8)) {
            case 0 -> flipped(bytes, from);
            case 1 -> spliced(bytes, from, from, random(chance.nextInt(6)));
            case 2 -> spliced(bytes, from, from, word());
            case 3 -> spliced(bytes, from, Math.min(to, from + 8), word());
            case 4 -> spliced(bytes, from, to, new byte[0]);
            case 5 -> spliced(bytes, from, from, Arrays.copyOfRange(bytes, from, to));
            case 6 -> spliced(bytes, from, from, repeated(word()));
            default -> chance.nextInt(4) == 0 ? Arrays.copyOf(bytes, from) : flipped(bytes, from);
        };
    }

    private byte[] word() {
        List<String> from = chance.nextBoolean() ? words : ANYWHERE;
        return from.get(chance.nextInt(from.size())).getBytes(StandardCharsets.UTF_8);
    }

    private byte[] repeated(byte[] word) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = chance.nextInt(MAX_REPEATS); i > 0; i--) {
            out.writeBytes(word);
        }
        return out.toByteArray();
    }

    private byte[] random(int length) {
        byte[] bytes = new byte[length];
        chance.nextBytes(bytes);
        return bytes;
    }

    private byte[] flipped(byte[] bytes, int at) {
        byte[] copy = bytes.clone();
        if (at < copy.length) {
            copy[at] ^= (byte) (1 << chance.nextInt(8));
        }
        return copy;
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] between) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, from);
        out.writeBytes(between);
        out.write(bytes, to, bytes.length - to);
        return out.toByteArray();
    }
}
