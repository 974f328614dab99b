package org.agentos.federation.drills;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agentos.federation.support.Json;

/** An audit file's records as far as their chain is whole. */
final class AuditChain {
    private AuditChain() {}

    /**
     * Reads a trail; its last line may be torn.
     *
     * @throws AssertionError where the chain breaks before that
     */
    static List<JsonNode> read(Path file) throws IOException {
        List<JsonNode> records = new ArrayList<>();
        String prev = "0".repeat(64);
        List<String> lines =
                Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            JsonNode record = parse(lines.get(i));
            if (!record.path("prev").asText().equals(prev) || !hasOwnHash(lines.get(i), record)) {
                if (i == lines.size() - 1) {
                    return records;
                }
                throw new AssertionError(file + " is broken at line " + (i + 1) + ": " + lines.get(i));
            }
            prev = record.get("hash").asText();
            records.add(record);
        }
        return records;
    }

    private static boolean hasOwnHash(String line, JsonNode record) {
        String hash = record.path("hash").asText();
        String unsigned = line.replace(",\"hash\":\"" + hash + "\"", "");
        return Hashing.sha256()
                .hashString(unsigned, StandardCharsets.ISO_8859_1)
                .toString()
                .equals(hash);
    }

    private static JsonNode parse(String line) {
        try {
            return Json.parse(line);
        } catch (UncheckedIOException torn) {
            return Json.parse("{}");
        }
    }
}
