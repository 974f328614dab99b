package org.agentos.federation.forward.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Writes the forward index's files without routes, on a disk that can be said to be full: then half of what is written stays. */
public final class PlainStorage implements JournalStorage {
    private final ForwardFiles files;
    private volatile boolean full;

    public PlainStorage(ForwardFiles files) {
        this.files = files;
    }

    void full(boolean now) {
        full = now;
    }

    @Override
    public void append(String fileName, byte[] lines) throws IOException {
        write(fileName, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        files.force(fileName);
    }

    @Override
    public void writeSnapshot(String temporaryName, InputStream content) throws IOException {
        write(
                temporaryName,
                content.readAllBytes(),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        files.publish(temporaryName);
    }

    private void write(String name, byte[] bytes, StandardOpenOption... how) throws IOException {
        Path file = files.directory().resolve(name);
        Files.write(file, full ? Arrays.copyOf(bytes, bytes.length / 2) : bytes, how);
        if (full) {
            throw new IOException("No space left on device");
        }
    }
}
