package org.agentos.federation.support;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request as a scripted peer received it.
 *
 * @param target path and query as they stood in the request line, nothing decoded
 * @param headers by name without regard to case
 * @param body empty when the script answered before reading it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PeerRequest(
        String method, String target, Map<String, List<String>> headers, byte[] body, long arrivedNanos) {

    /** The target without its query. */
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** A header, or the empty string. */
    public String header(String name) {
        return headers.getOrDefault(name, List.of("")).get(0);
    }

    public boolean has(String header) {
        return headers.containsKey(header);
    }

    /** A query parameter as it was sent. */
    public Optional<String> query(String name) {
        int query = target.indexOf('?');
        for (String pair :
                query < 0 ? new String[0] : target.substring(query + 1).split("&", -1)) {
            if (pair.startsWith(name + "=")) {
                return Optional.of(pair.substring(name.length() + 1));
            }
        }
        return Optional.empty();
    }

    public JsonNode json() {
        return Json.parse(body);
    }

    /** The key of a run-create, from the header or else the body; empty when there is none. */
    public String idempotencyKey() {
        String header = header("Idempotency-Key");
        return header.isEmpty() ? json().path("idempotency_key").asText() : header.replace("\"", "");
    }

    PeerRequest withBody(byte[] bytes) {
        return new PeerRequest(method, target, headers, bytes, arrivedNanos);
    }

    /** Reads a request head; empty when the client closed the connection instead. */
    static Optional<PeerRequest> readHead(InputStream in) throws IOException {
        String start = HeadReader.line(in);
        if (start.isEmpty()) {
            return Optional.empty();
        }
        String[] parts = start.split(" ", 3);
        return Optional.of(new PeerRequest(parts[0], parts[1], HeadReader.fields(in), new byte[0], System.nanoTime()));
    }

    /** Reads the body that the head announced. */
    byte[] readBody(InputStream in) throws IOException {
        if (!header("Transfer-Encoding").equalsIgnoreCase("chunked")) {
            String length = header("Content-Length");
            return in.readNBytes(length.isEmpty() ? 0 : Integer.parseInt(length));
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = HeadReader.chunkSize(in); size > 0; size = HeadReader.chunkSize(in)) {
            body.writeBytes(in.readNBytes(size));
            HeadReader.line(in);
        }
        HeadReader.line(in);
        return body.toByteArray();
    }
}
