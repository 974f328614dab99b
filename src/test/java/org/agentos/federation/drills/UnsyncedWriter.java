package org.agentos.federation.drills;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * The negative control of the power cut: a writer that says "kept" once the kernel has taken a record, without any fsync. The cut
 * must find records of it missing, or the method sees nothing. It writes until the power is gone.
 */
final class UnsyncedWriter {
    private static final long PAUSE_NANOS = 1_000_000;

    private final Path file;
    private final Thread thread = new Thread(this::write, "unsynced-writer");
    private volatile boolean over;
    private volatile long acked;

    UnsyncedWriter(Path file) {
        this.file = file;
        thread.start();
    }

    private void write() {
        try (OutputStream out = Files.newOutputStream(file)) {
            while (!over) {
                long next = acked + 1;
                out.write((next + "\n").getBytes(StandardCharsets.US_ASCII));
                acked = next;
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (IOException powerGone) {
            // what was said to be kept by now is what counts
        }
    }

    /** After the cut: ends it, and returns how many records it said to be kept. */
    long stop() throws InterruptedException {
        over = true;
        thread.join();
        return acked;
    }

    /** How many of its records a file holds, in their order from the first. */
    static long kept(Path file) throws IOException {
        if (!Files.exists(file)) {
            return 0;
        }
        long kept = 0;
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine();
                    line != null && line.equals(Long.toString(kept + 1));
                    line = lines.readLine()) {
                kept++;
            }
        }
        return kept;
    }
}
