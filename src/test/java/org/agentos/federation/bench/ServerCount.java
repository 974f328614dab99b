package org.agentos.federation.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number that a server tells of itself: of streams that are open, say. */
record ServerCount(String what, IntSupplier count) {
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** The clients' streams that a gateway has open. */
    static ServerCount ofGateway(Server server) {
        return ofGateway(server, "agentos_federation_streams_open");
    }

    /** A metric of a gateway, by its name and labels. */
    static ServerCount ofGateway(Server server, String metric) {
        Pattern line = Pattern.compile("(?m)^" + Pattern.quote(metric) + " (\\d+)");
        return new ServerCount(metric, () -> value(line, get(server, "/metrics")));
    }

    /** A count that the bare server answers at a path. */
    static ServerCount of(Server server, String path) {
        return new ServerCount(path, () -> Integer.parseInt(get(server, path)));
    }

    int now() {
        return count.getAsInt();
    }

    /** Waits until it is this. */
    void await(int wanted) throws InterruptedException {
        long deadline = System.nanoTime() + GRACE_NANOS;
        for (int now = now(); now != wanted; now = now()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(now + " instead of " + wanted + ": " + what);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static int value(Pattern line, String metrics) {
        Matcher matcher = line.matcher(metrics);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + line + " in " + metrics);
        }
        return Integer.parseInt(matcher.group(1));
    }

    private static String get(Server server, String path) {
        try (InputStream body = server.url().resolve(path).toURL().openStream()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
