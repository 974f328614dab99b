package org.agentos.federation.drills;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A Stack A that honours keys, counts the runs it starts under each, and is unreliable by chance: some calls break off before a
 * run is started, some after. Its runs are over at once, with three events that a mirror can read again and again.
 */
final class CountingPeer implements AutoCloseable {
    static final int EVENTS = 3;
    private static final int ONE_IN = 8;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Random chance;
    private final String prefix;
    private final AtomicInteger runs = new AtomicInteger();
    private final Map<String, Set<String>> startedByKey = new ConcurrentHashMap<>();

    CountingPeer(String name, Random chance) {
        this.chance = chance;
        this.prefix = "run_" + name + "_";
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/v1/agents/", this::create);
        server.createContext("/v1/runs/", this::run);
        server.setExecutor(threads);
        server.start();
    }

    URI baseUrl() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** The runs started under each key. */
    Map<String, Set<String>> startedByKey() {
        return startedByKey;
    }

    static String event(String run, int sequence) {
        return Events.envelope(run, sequence, sequence < EVENTS ? "agentos.step.completed" : "agentos.run.completed");
    }

    private void create(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        int moment = moment();
        if (moment == 0) {
            exchange.close();
            return;
        }
        String key = exchange.getRequestHeaders().getFirst("Idempotency-Key").replace("\"", "");
        String run = startedByKey
                .computeIfAbsent(key, fresh -> new ConcurrentSkipListSet<>(Set.of(prefix + runs.incrementAndGet())))
                .iterator()
                .next();
        if (moment == 1) {
            exchange.close();
            return;
        }
        answer(exchange, 201, runBody(run, ",\"events_url\":\"/v1/runs/" + run + "/events\""));
    }

    private int moment() {
        synchronized (chance) {
            return chance.nextInt(ONE_IN);
        }
    }

    private void run(HttpExchange exchange) throws IOException {
        String[] path = exchange.getRequestURI().getPath().split("/", -1);
        if (path.length < 5) {
            answer(exchange, 200, runBody(path[3], ""));
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (exchange) {
            for (int sequence = 1; sequence <= EVENTS; sequence++) {
                String frame = "event: agentos.event\ndata: " + event(path[3], sequence) + "\n\n";
                exchange.getResponseBody().write(frame.getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static String runBody(String run, String more) {
        return "{\"run\":{\"run_id\":\"" + run + "\",\"status\":\"completed\"" + more + "}}";
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
