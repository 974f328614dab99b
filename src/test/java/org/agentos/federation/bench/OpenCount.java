package org.agentos.federation.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many streams a server says are open. */
record OpenCount(String what, IntSupplier count) {
    private static final Pattern GAUGE = Pattern.compile("(?m)^agentos_federation_streams_open (\\d+)");
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(60);

    static OpenCount ofGateway(Server server) {
        return new OpenCount("streams of " + server.url(), () -> gauge(get(server, "/metrics")));
    }

    /** A count that the bare server answers at a path. */
    static OpenCount of(Server server, String path) {
        return new OpenCount(path, () -> Integer.parseInt(get(server, path)));
    }

    int now() {
        return count.getAsInt();
    }

    /** Waits until so many are open. */
    void await(int wanted) throws InterruptedException {
        long deadline = System.nanoTime() + GRACE_NANOS;
        for (int now = now(); now != wanted; now = now()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(now + " instead of " + wanted + " open: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static int gauge(String metrics) {
        Matcher matcher = GAUGE.matcher(metrics);
        if (!matcher.find()) {
            throw new IllegalStateException("no count of open streams in " + metrics);
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
