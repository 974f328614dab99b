package org.agentos.federation.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Writes and reads {@code manifest.json}. Its last member, {@code sha256}, is the hash of all the bytes before it, so that
 * a change of the manifest itself shows too.
 */
final class ManifestFile {
    static final String NAME = "manifest.json";

    /** Some 400,000 files: more than one log has, and little enough to be held in memory. */
    private static final int MAX_BYTES = 64 << 20;

    private static final byte[] SEAL = ",\"sha256\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\"}\n".getBytes(StandardCharsets.US_ASCII);
    private static final int SEAL_BYTES = SEAL.length + Sha256.HEX_CHARS + END.length;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private ManifestFile() {}

    static byte[] encode(Manifest manifest) {
        byte[] json;
        try {
            json = JSON.writeValueAsBytes(manifest);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
        int body = json.length - 1; // without its brace
        byte[] all = Arrays.copyOf(json, body + SEAL_BYTES);
        System.arraycopy(SEAL, 0, all, body, SEAL.length);
        byte[] hash = Sha256.of(json, body).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(hash, 0, all, body + SEAL.length, hash.length);
        System.arraycopy(END, 0, all, all.length - END.length, END.length);
        return all;
    }

    /** @throws BackupException when there is none, or it is not one of this program, or not as it was written */
    static Manifest read(Path backup) throws BackupException {
        Path file = backup.resolve(NAME);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new BackupException(backup + " is no backup: it has no " + NAME);
        }
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new BackupException(file + " is larger than any manifest");
            }
            return decode(file, Files.readAllBytes(file));
        } catch (IOException unreadable) {
            throw new BackupException(file + " cannot be read: " + BackupException.reason(unreadable));
        }
    }

    private static Manifest decode(Path file, byte[] bytes) throws IOException, BackupException {
        int body = bytes.length - SEAL_BYTES;
        boolean sealed = body > 0
                && Arrays.equals(bytes, body, body + SEAL.length, SEAL, 0, SEAL.length)
                && Sha256.of(bytes, body).equals(text(bytes, body + SEAL.length, Sha256.HEX_CHARS))
                && Arrays.equals(bytes, bytes.length - END.length, bytes.length, END, 0, END.length);
        if (!sealed) {
            throw new BackupException(file + " is damaged, or was not written by this program");
        }
        byte[] json = Arrays.copyOf(bytes, body + 1);
        json[body] = '}';
        int format = JSON.readTree(json).path("format").asInt();
        if (format != Manifest.FORMAT) {
            throw new BackupException(
                    file + " has format " + format + ", this program reads format " + Manifest.FORMAT);
        }
        return JSON.readValue(json, Manifest.class);
    }

    private static String text(byte[] bytes, int from, int length) {
        return new String(bytes, from, length, StandardCharsets.US_ASCII);
    }
}
