package org.agentos.federation.drills;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One reader of one run, who remembers every event with its cursor and goes on behind the last one, over all crashes. */
final class Following {
    private final String run;
    private final List<Long> read = new ArrayList<>();
    private String cursor = "";

    Following(String run) {
        this.run = run;
    }

    String run() {
        return run;
    }

    /** The sequences it was given. */
    synchronized List<Long> read() {
        return List.copyOf(read);
    }

    /** Reads until the gateway is gone. A frame counts when its blank line has come. */
    void untilGone(Calls calls) {
        String id = "";
        String data = "";
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(calls.stream(run, cursor), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                } else if (line.isEmpty()) {
                    take(id, data);
                    data = "";
                }
            }
        } catch (IOException gone) {
            return;
        }
    }

    private synchronized void take(String id, String data) {
        if (data.startsWith("{\"event\"")) {
            read.add(Events.sequenceIn(run, data));
        }
        if (!id.isEmpty()) {
            cursor = id;
        }
    }
}
