package org.agentos.federation.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Ready bytes with places for numbers: each a run of NUL bytes, as many as its number is given digits. */
final class Template {
    private record Place(int at, int digits) {}

    private final byte[] bytes;
    private final List<Place> places = new ArrayList<>();

    /** @param text ASCII, with its places */
    Template(String text) {
        bytes = text.getBytes(StandardCharsets.US_ASCII);
        int i = 0;
        while (i < bytes.length) {
            int end = i;
            while (end < bytes.length && bytes[end] == 0) {
                end++;
            }
            if (end > i) {
                places.add(new Place(i, end - i));
            }
            i = end + 1;
        }
    }

    /** A place of so many digits. */
    static String place(int digits) {
        return "\0".repeat(digits);
    }

    /** A copy with these numbers in its places, one for each; leading zeros fill up, digits that have no room are lost. */
    byte[] with(long... numbers) {
        if (numbers.length != places.size()) {
            throw new IllegalArgumentException(numbers.length + " numbers for " + places.size() + " places");
        }
        byte[] filled = bytes.clone();
        for (int i = 0; i < numbers.length; i++) {
            write(numbers[i], filled, places.get(i));
        }
        return filled;
    }

    private static void write(long number, byte[] into, Place place) {
        long left = number;
        for (int i = place.at + place.digits - 1; i >= place.at; i--) {
            into[i] = (byte) ('0' + left % 10);
            left /= 10;
        }
    }
}
