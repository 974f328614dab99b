package org.agentos.federation.support;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** What a process prints, kept while it runs; the oldest part goes when it is more than a failure message can use. */
final class ProcessOutput {
    private static final int KEPT_CHARS = 200_000;
    private static final long LAST_WORDS_MILLIS = TimeUnit.SECONDS.toMillis(5);

    private final StringBuilder text = new StringBuilder();
    private Thread reader;

    void follow(InputStream stream) {
        reader = new Thread(() -> read(stream), "process-output");
        reader.setDaemon(true);
        reader.start();
    }

    String text() {
        synchronized (text) {
            return text.toString();
        }
    }

    /** Waits for the last words of a process that has ended. */
    void awaitEnd() throws InterruptedException {
        reader.join(LAST_WORDS_MILLIS);
    }

    private void read(InputStream stream) {
        byte[] chunk = new byte[8192];
        try {
            for (int n = stream.read(chunk); n >= 0; n = stream.read(chunk)) {
                append(new String(chunk, 0, n, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            append("\n[output ended: " + e.getMessage() + "]");
        }
    }

    private void append(String more) {
        synchronized (text) {
            text.append(more);
            if (text.length() > KEPT_CHARS) {
                text.delete(0, text.length() - KEPT_CHARS);
            }
        }
    }
}
