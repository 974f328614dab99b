package org.agentos.federation.forward;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A Stack A on a real socket that answers each run-create call by the next line of its script. */
final class ScriptedPeer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Deque<Answer> script = new ConcurrentLinkedDeque<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    final List<Call> calls = new CopyOnWriteArrayList<>();
    volatile Answer otherwise = (call, exchange) -> respond(exchange, 201, run("run_" + calls.size()));

    record Call(String method, String path, Map<String, String> headers, String body) {}

    @FunctionalInterface
    interface Answer {
        void give(Call call, HttpExchange exchange) throws IOException;
    }

    ScriptedPeer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    URI baseUrl() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/base");
    }

    ScriptedPeer then(Answer answer) {
        script.add(answer);
        return this;
    }

    ScriptedPeer then(int status, String body, String... headers) {
        return then((call, exchange) -> respond(exchange, status, body, headers));
    }

    ScriptedPeer thenReset() {
        return then((call, exchange) -> exchange.close());
    }

    ScriptedPeer thenHang() {
        return then((call, exchange) -> await(closing));
    }

    /** Answers the next call only when the latch is open. */
    ScriptedPeer thenWait(CountDownLatch latch, int status, String body) {
        return then((call, exchange) -> {
            await(latch);
            respond(exchange, status, body);
        });
    }

    static String run(String runId) {
        return "{\"run\":{\"run_id\":\"" + runId + "\",\"events_url\":\"/v1/runs/" + runId
                + "/events\",\"status\":\"running\"}}";
    }

    static void respond(HttpExchange exchange, int status, String body, String... headers) throws IOException {
        for (int i = 0; i < headers.length; i += 2) {
            exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new TreeMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Call call =
                new Call(exchange.getRequestMethod(), exchange.getRequestURI().toString(), headers, body);
        calls.add(call);
        Answer next = script.poll();
        (next == null ? otherwise : next).give(call, exchange);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
