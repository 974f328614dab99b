package org.agentos.federation.support;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** A peer by TLS that takes only clients with a certificate, and remembers which calls they made. */
public final class TlsPeer implements AutoCloseable {
    private final HttpsServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
    private final AtomicInteger runs = new AtomicInteger();
    private volatile String keys = "";

    /** A call, and the certificate that came with it. */
    public record Call(String method, String path, String clientName) {}

    public TlsPeer(SSLContext context) {
        try {
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters wanted = context.getDefaultSSLParameters();
                wanted.setNeedClientAuth(true);
                parameters.setSSLParameters(wanted);
            }
        });
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    /** Its address by this name of the local host. */
    public URI baseUrl(String host) {
        return URI.create("https://" + host + ":" + server.getAddress().getPort());
    }

    /** Has it answer {@code /jwks} with this key set. */
    public TlsPeer serveKeys(String keySet) {
        keys = keySet;
        return this;
    }

    /** Every call so far. */
    public Queue<Call> calls() {
        return calls;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod();
        String path = exchange.getRequestURI().getPath();
        calls.add(new Call(
                method,
                path,
                ((HttpsExchange) exchange).getSSLSession().getPeerPrincipal().getName()));
        boolean events = path.endsWith("/events");
        byte[] body = events ? new byte[0] : body(path).getBytes(StandardCharsets.UTF_8);
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().set("Content-Type", events ? "text/event-stream" : "application/json");
        exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    private String body(String path) {
        if (path.equals("/jwks")) {
            return keys;
        }
        if (path.contains("/agents/")) {
            String runId = "run_tls_" + System.nanoTime() + "_" + runs.incrementAndGet();
            return Json.write(Map.of("run", Map.of("run_id", runId, "events_url", "/v1/runs/" + runId + "/events")));
        }
        if (path.endsWith("/capabilities")) {
            return "{\"capabilities\":[\"runs.forward\",\"events.sse_proxy\"],\"peer_id\":\"stk_b\",\"protocol\":\"1.0\"}";
        }
        return Json.write(Map.of("run", Map.of("status", "running")));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
