package org.agentos.federation.drills;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Commands of the system, run to their end. */
final class Shell {
    private static final long PATIENCE_SECONDS = 60;

    /** What a command ended with and printed on both outputs. */
    record Ended(int exitCode, String output) {}

    private Shell() {}

    /** Runs a command; one that is not there ends with 127, as a shell has it. */
    static Ended run(String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("drill-command", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Ended(-1, "no end after " + PATIENCE_SECONDS + " s");
            }
            return new Ended(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } catch (IOException notThere) {
            return new Ended(127, notThere.getMessage());
        } finally {
            Files.delete(output);
        }
    }

    /** Runs a command that must succeed. */
    static String must(String... command) throws IOException, InterruptedException {
        Ended ended = run(command);
        if (ended.exitCode() != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + ended);
        }
        return ended.output().strip();
    }
}
