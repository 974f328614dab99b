package org.agentos.federation.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.agentos.federation.support.FreePort;

/** The {@link BareServer} in a Java of its own. */
final class BareProcess implements AutoCloseable {
    private final int port = FreePort.find();
    private final Process process;

    /** With itself for the peer that its proxy and its relay call. */
    BareProcess(Path directory) throws IOException {
        this(directory, OptionalInt.empty());
    }

    /** With another process for that peer. */
    BareProcess(Path directory, URI peer) throws IOException {
        this(directory, OptionalInt.of(peer.getPort()));
    }

    private BareProcess(Path directory, OptionalInt peerPort) throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        BareServer.class.getName(),
                        Integer.toString(port),
                        directory.resolve("appended-" + port).toString(),
                        Integer.toString(peerPort.orElse(port)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        for (String line = output.readLine(); !"ready".equals(line); line = output.readLine()) {
            if (line == null) {
                throw new IllegalStateException("the baselines' process did not start");
            }
        }
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** This process in the part of one of its baselines. */
    Server as(String baseline) {
        return new Server(baseline, url(), process.toHandle());
    }

    @Override
    public void close() {
        process.destroy();
    }
}
