package org.agentos.federation.mirror;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * A Stack A on a bare socket, plain or TLS, that writes byte for byte what the test says, when it says so, on the loops of
 * the test: thousands of streams without a thread each. One that behaves is in {@code support}.
 */
final class WirePeer implements AutoCloseable {
    /** What the peer was asked; {@code number} counts the requests for event streams from 0. */
    record Request(int number, String target, Map<String, String> headers) {
        long fromSequence() {
            return Long.parseLong(target.substring(target.indexOf("from_sequence=") + 14));
        }

        String header(String name) {
            return headers.get(name.toLowerCase(Locale.ROOT));
        }
    }

    /** Answers one request for an event stream. */
    interface Script {
        void answer(Request request, Wire wire);
    }

    private final NetServer server;
    private final String scheme;
    private final AtomicInteger open = new AtomicInteger();
    private final List<Request> streams = new CopyOnWriteArrayList<>();
    private final List<Request> statuses = new CopyOnWriteArrayList<>();
    private volatile Script script = (request, wire) -> wire.head().end();
    private volatile String status = "running";
    private volatile Script statusScript =
            (request, wire) -> wire.json("{\"run\":{\"run_id\":\"run_1\",\"status\":\"" + status + "\"}}");

    WirePeer(Vertx vertx) {
        this(vertx, new NetServerOptions());
    }

    WirePeer(Vertx vertx, NetServerOptions options) {
        scheme = options.isSsl() ? "https" : "http";
        server = vertx.createNetServer(options.setPort(0).setHost("127.0.0.1")).connectHandler(this::serve);
        server.listen().toCompletionStage().toCompletableFuture().join();
    }

    URI baseUrl() {
        return baseUrl("127.0.0.1");
    }

    URI baseUrl(String host) {
        return URI.create(scheme + "://" + host + ":" + server.actualPort());
    }

    void onStream(Script next) {
        script = next;
    }

    void status(String next) {
        status = next;
    }

    void onStatus(Script next) {
        statusScript = next;
    }

    List<Request> streams() {
        return streams;
    }

    List<Request> statuses() {
        return statuses;
    }

    int openConnections() {
        return open.get();
    }

    private void serve(NetSocket socket) {
        open.incrementAndGet();
        socket.closeHandler(closed -> open.decrementAndGet());
        StringBuilder gathered = new StringBuilder();
        socket.handler(bytes -> {
            gathered.append(bytes);
            if (gathered.indexOf("\r\n\r\n") >= 0) { // requests have no body and are not pipelined
                String head = gathered.toString();
                gathered.setLength(0);
                answer(head, socket);
            }
        });
    }

    private void answer(String head, NetSocket socket) {
        List<String> lines = Arrays.asList(head.strip().split("\r\n", -1));
        String target = lines.get(0).split(" ", 3)[1];
        Map<String, String> headers = lines.stream()
                .skip(1)
                .map(line -> line.split(": ?", 2))
                .collect(Collectors.toMap(parts -> parts[0].toLowerCase(Locale.ROOT), parts -> parts[1]));
        if (target.contains("/events")) {
            Request request = new Request(streams.size(), target, headers);
            streams.add(request);
            script.answer(request, new Wire(socket));
        } else {
            Request request = new Request(-1, target, headers);
            statuses.add(request);
            statusScript.answer(request, new Wire(socket));
        }
    }

    @Override
    public void close() {
        server.close().toCompletionStage().toCompletableFuture().join();
    }

    /** The peer's end of one connection. */
    static final class Wire {
        private final NetSocket socket;

        Wire(NetSocket socket) {
            this.socket = socket;
        }

        NetSocket socket() {
            return socket;
        }

        Wire raw(String text) {
            socket.write(text);
            return this;
        }

        Wire head() {
            return head("");
        }

        Wire head(String moreHeaders) {
            return raw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n" + moreHeaders
                    + "Transfer-Encoding: chunked\r\n\r\n");
        }

        /** Part of the stream, as one HTTP chunk. */
        Wire send(String text) {
            int length = text.getBytes(StandardCharsets.UTF_8).length;
            return raw(Integer.toHexString(length) + "\r\n" + text + "\r\n");
        }

        /** Part of the stream, each byte in an HTTP chunk of its own. */
        Wire sendByteByByte(String text) {
            for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
                socket.write(Buffer.buffer("1\r\n").appendByte(b).appendString("\r\n"));
            }
            return this;
        }

        Wire frame(String data) {
            return send("event: agentos.event\ndata: " + data + "\n\n");
        }

        void end() {
            raw("0\r\n\r\n");
        }

        void cut() {
            socket.close();
        }

        void status(int code, String headers) {
            raw("HTTP/1.1 " + code + " X\r\n" + headers + "Content-Length: 0\r\n\r\n");
        }

        void json(String body) {
            raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n"
                    + body);
        }
    }
}
