package org.agentos.federation.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** A forward index as the reference writes it. */
final class IndexFile {
    private IndexFile() {}

    /** Writes an index of so many runs, all at one peer. */
    static Path write(Path file, int entries, String stackId, URI peer) throws IOException {
        try (BufferedWriter index = Files.newBufferedWriter(file)) {
            index.write('[');
            for (int i = 0; i < entries; i++) {
                String run = "run_old_" + i;
                index.write((i == 0 ? "" : ",") + "{\"tenant_id\":\"" + Bodies.TENANT + "\",\"run_id\":\"" + run
                        + "\",\"remote_stack_id\":\"" + stackId + "\",\"remote_events_url\":\"" + peer + "/v1/runs/"
                        + run + "/events\"}");
            }
            index.write(']');
        }
        return file;
    }
}
