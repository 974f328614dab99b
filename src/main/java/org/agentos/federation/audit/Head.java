package org.agentos.federation.audit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a trail reaches, as noted beside it after each fsync: lines cut off its end can be told by it.
 *
 * @param count of notes made so far, so that an older one put back can be told
 * @param file number of the file that is written
 * @param records in that file
 * @param bytes of that file
 * @param hash of its last record
 */
record Head(long count, int file, long records, long bytes, String hash) {
    /** Bytes a note takes, line feed included: no more than a disk writes whole. */
    static final int LENGTH = 512;

    private static final Pattern FORM = Pattern.compile(
            "(\\{\"count\":(\\d{1,18}),\"file\":(\\d{1,9}),\"records\":(\\d{1,18}),\"bytes\":(\\d{1,18}),"
                    + "\"last\":\"([0-9a-f]{64})\"(?:,\"key\":\"([0-9a-f]{16})\")?),\"seal\":\"([0-9a-f]{64})\"} *\n");

    /** A note as it was found, by a key that may not be at hand. */
    record Noted(Head head, Optional<String> keyId, String sealed, String seal) {
        boolean fits(ChainKey key) {
            return key.id().equals(keyId) && key.fits(seal, sealed.getBytes(StandardCharsets.US_ASCII));
        }

        boolean fits(List<ChainKey> keys) {
            return keys.stream().anyMatch(this::fits);
        }
    }

    byte[] note(ChainKey key) {
        String open = "{\"count\":" + count + ",\"file\":" + file + ",\"records\":" + records + ",\"bytes\":" + bytes
                + ",\"last\":\"" + hash + "\""
                + key.id().map(id -> ",\"key\":\"" + id + "\"").orElse("");
        String seal = key.seal(open.getBytes(StandardCharsets.US_ASCII));
        String whole = open + ",\"seal\":\"" + seal + "\"}";
        return (whole + " ".repeat(LENGTH - 1 - whole.length()) + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    static Optional<Noted> read(byte[] note) {
        Matcher form = FORM.matcher(new String(note, StandardCharsets.ISO_8859_1));
        if (!form.matches()) {
            return Optional.empty();
        }
        Head head = new Head(
                Long.parseLong(form.group(2)),
                Integer.parseInt(form.group(3)),
                Long.parseLong(form.group(4)),
                Long.parseLong(form.group(5)),
                form.group(6));
        return Optional.of(new Noted(head, Optional.ofNullable(form.group(7)), form.group(1), form.group(8)));
    }
}
