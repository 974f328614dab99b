package org.agentos.federation.forward.store;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The journal's text form: one JSON object a line. Its last member {@code crc} is the CRC-32C of the bytes before it, so
 * that a torn or rotten line is known as such even where it is still JSON.
 */
final class JournalLine {
    private static final byte[] CRC_MEMBER = ",\"crc\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final int CRC_DIGITS = 8;
    /** {@code ,"crc":"01234567"}} */
    private static final int TRAILER = CRC_MEMBER.length + CRC_DIGITS + 2;
    /** Most lines are not longer, unless by the request of an intent. */
    private static final int FIRST_LENGTH = 512;

    private JournalLine() {}

    /** The line with its line feed. */
    static byte[] encode(JournalRecord record) {
        byte[] json = write(record).getBytes(StandardCharsets.UTF_8);
        int covered = json.length - 1;
        String trailer = new String(CRC_MEMBER, StandardCharsets.US_ASCII) + crc(json, covered) + "\"}\n";
        byte[] line = java.util.Arrays.copyOf(json, covered + trailer.length());
        System.arraycopy(trailer.getBytes(StandardCharsets.US_ASCII), 0, line, covered, trailer.length());
        return line;
    }

    /**
     * Reads a line without its line feed.
     *
     * @return empty for a line that is not as it was written
     */
    static Optional<JournalRecord> decode(byte[] line) {
        int covered = line.length - TRAILER;
        if (covered < 1) {
            return Optional.empty();
        }
        String written = new String(line, covered + CRC_MEMBER.length, CRC_DIGITS, StandardCharsets.ISO_8859_1);
        if (!written.equals(crc(line, covered))) {
            return Optional.empty();
        }
        try {
            return Optional.of(read(IndexJson.MAPPER.readTree(line)));
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static String crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    /** By a generator, not a tree: it is done twice for each forward. */
    private static String write(JournalRecord record) {
        StringWriter text = new StringWriter(FIRST_LENGTH);
        try (JsonGenerator json = IndexJson.FACTORY.createGenerator(text)) {
            json.writeStartObject();
            write(record, new Members(json));
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a string cannot be written to", e);
        }
        return text.toString();
    }

    private static void write(JournalRecord record, Members line) {
        if (record instanceof JournalRecord.Intent intent) {
            line.put("op", "intent").put("scope", intent.scope().toString());
            line.put("run", intent.run().toString()).put("tenant_id", intent.tenantId());
            line.put("remote_stack_id", intent.stackId()).put("at", intent.at().toString());
            intent.ask().ifPresent(ask -> {
                ask.principalId().ifPresent(id -> line.put("principal_id", id));
                ask.agentId().ifPresent(id -> line.put("agent_id", id));
                line.put("idempotency_key", ask.idempotencyKey());
                ask.body().ifPresent(body -> line.put("request", body));
            });
        } else if (record instanceof JournalRecord.Started started) {
            line.put("op", "started").put("scope", started.scope().toString());
            line.put("run", started.run().toString()).put("attempts", started.attempts());
            EntryJson.write(line::put, started.entry());
        } else if (record instanceof JournalRecord.Freed freed) {
            line.put("op", "freed").put("scope", freed.scope().toString());
        } else if (record instanceof JournalRecord.Evidence evidence) {
            line.put("op", "evidence").put("scope", evidence.scope().toString());
            line.put("at", evidence.at().toString()).put("status", evidence.status());
            line.put("problem", evidence.problem()).put("excerpt", evidence.excerpt());
        } else if (record instanceof JournalRecord.StateHeard heard) {
            line.put("op", "state").put("tenant_id", heard.tenantId()).put("run_id", heard.runId());
            line.put("state", heard.state()).put("at", heard.at().toString());
        }
    }

    /** The members of an object that is being written. */
    private record Members(JsonGenerator json) {
        Members put(String name, String value) {
            try {
                json.writeStringField(name, value);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return this;
        }

        Members put(String name, int value) {
            try {
                json.writeNumberField(name, value);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return this;
        }
    }

    private static JournalRecord read(JsonNode line) {
        String op = EntryJson.text(line, "op");
        return switch (op) {
            case "intent" ->
                new JournalRecord.Intent(
                        digest(line, "scope"),
                        digest(line, "run"),
                        EntryJson.text(line, "tenant_id"),
                        EntryJson.text(line, "remote_stack_id"),
                        Instant.parse(EntryJson.text(line, "at")),
                        ask(line));
            case "started" ->
                new JournalRecord.Started(
                        digest(line, "scope"),
                        digest(line, "run"),
                        line.path("attempts").asInt(1),
                        EntryJson.read(line));
            case "freed" -> new JournalRecord.Freed(digest(line, "scope"));
            case "evidence" ->
                new JournalRecord.Evidence(
                        digest(line, "scope"),
                        Instant.parse(EntryJson.text(line, "at")),
                        line.path("status").asInt(),
                        EntryJson.text(line, "problem"),
                        EntryJson.text(line, "excerpt"));
            case "state" ->
                new JournalRecord.StateHeard(
                        EntryJson.text(line, "tenant_id"),
                        EntryJson.text(line, "run_id"),
                        EntryJson.text(line, "state"),
                        Instant.parse(EntryJson.text(line, "at")));
            default -> throw new IllegalArgumentException("no such journal line: " + op);
        };
    }

    private static Optional<JournalRecord.Ask> ask(JsonNode line) {
        return EntryJson.optional(line, "idempotency_key")
                .map(key -> new JournalRecord.Ask(
                        EntryJson.optional(line, "principal_id"),
                        EntryJson.optional(line, "agent_id"),
                        key,
                        EntryJson.optional(line, "request")));
    }

    private static Digest128 digest(JsonNode line, String name) {
        return Digest128.parse(EntryJson.text(line, name));
    }
}
