package org.agentos.federation.support;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An HTTP server that keeps every request it gets: where a test counts the effects of deliveries. */
public final class CountingSink implements AutoCloseable {
    /** A request as it came. */
    public record Received(Map<String, String> headers, String body) {
        /** Whatever case it was sent in. */
        public String header(String name) {
            return headers.get(name);
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(16);
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile int status = 200;

    private CountingSink(HttpServer server) {
        this.server = server;
    }

    public static CountingSink open() {
        try {
            CountingSink sink = new CountingSink(
                    HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePort.find()), 0));
            sink.server.setExecutor(sink.threads);
            sink.server.createContext("/", sink::take);
            sink.server.start();
            return sink;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void take(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        received.add(new Received(headers, body));
        boolean fails = failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
        exchange.sendResponseHeaders(fails ? 500 : status, -1);
        exchange.close();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
    }

    /** What came so far, in the order it came. */
    public List<Received> received() {
        return received;
    }

    /** The status of all answers from now on. */
    public void failWith(int answered) {
        status = answered;
    }

    /** How many of the next requests are answered 500. */
    public void failTimes(int times) {
        failures.set(times);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
