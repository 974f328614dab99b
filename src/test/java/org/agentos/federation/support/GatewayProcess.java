package org.agentos.federation.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * The packaged application as a real process, with a directory of its own for all it writes. It can be stopped, killed
 * and started again on the same data and port. What it printed stands in every failure.
 */
public final class GatewayProcess implements AutoCloseable {
    /** How the process ended. */
    public record Ended(int exitCode, String output) {}

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(30);
    /** What a launcher may need of the machine; nothing else of this process's environment is passed on. */
    private static final List<String> PASSED_ON = List.of("PATH", "HOME", "JAVA_HOME", "LANG", "TMPDIR");

    private final Path application;
    private final Path directory;
    private final int port;
    private final Map<String, String> environment = new TreeMap<>();
    private final ProcessOutput output = new ProcessOutput();
    private Process process;

    private GatewayProcess(Path application, Path directory, Map<String, String> environment) {
        this.application = application;
        this.directory = directory;
        this.port = FreePort.find();
        PASSED_ON.forEach(
                name -> this.environment.merge(name, System.getenv().getOrDefault(name, ""), (old, now) -> now));
        this.environment.values().removeIf(String::isEmpty);
        this.environment.put("AGENTOS_FED_HTTP_PORT", Integer.toString(port));
        this.environment.put("AGENTOS_FED_DATA_DIR", dataDirectory().toString());
        this.environment.put("AGENTOS_FED_FORWARD_INDEX_FILE", indexFile().toString());
        this.environment.put("AGENTOS_AUDIT_SINK", "file:" + directory.resolve("audit.log"));
        this.environment.put("JAVA_OPTS", System.getProperty("federation.java-options", ""));
        this.environment.putAll(environment);
    }

    /** Starts the application and waits until it is healthy. */
    public static GatewayProcess start(Path directory, Map<String, String> environment) {
        return start(application(), directory, environment);
    }

    /** Starts an application that lies elsewhere, with routes of its own say. */
    public static GatewayProcess start(Path application, Path directory, Map<String, String> environment) {
        GatewayProcess gateway = new GatewayProcess(application, directory, environment);
        gateway.start();
        return gateway;
    }

    /** Runs an application that is expected not to start, to its end. */
    public static Ended runToEnd(Path directory, Map<String, String> environment) {
        try (GatewayProcess gateway = new GatewayProcess(application(), directory, environment)) {
            gateway.launch();
            int exitCode = gateway.awaitExit(START);
            return new Ended(exitCode, gateway.output());
        }
    }

    /** Runs a command of an application that is not running, to its end. */
    public static Ended command(
            Path application, Path directory, Map<String, String> environment, String... arguments) {
        return new GatewayProcess(application, directory, environment).command(arguments);
    }

    /** Where the application lies: the system property {@code federation.application}, else where the build puts it. */
    public static Path application() {
        return Path.of(System.getProperty("federation.application", "target/federation-gateway"))
                .toAbsolutePath();
    }

    public URI baseUrl() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public Path directory() {
        return directory;
    }

    public Path dataDirectory() {
        return directory.resolve("data/federation");
    }

    public Path indexFile() {
        return dataDirectory().resolve("forward-index.json");
    }

    /** What it printed since the first start. */
    public String output() {
        return output.text();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** Starts it and does not wait. */
    public void begin() {
        launch();
    }

    /** Starts it, for the first time or again, and waits until it is healthy. */
    public void start() {
        launch();
        Awaitility.await("the gateway's start")
                .atMost(START)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new AssertionError("the gateway ended with " + process.exitValue() + ":\n" + output());
                    }
                    return healthy();
                });
    }

    /** Asks it to end (SIGTERM), waits, and returns the exit code. */
    public int stop() {
        terminate();
        return awaitExit(STOP);
    }

    /** Asks it to end (SIGTERM) and does not wait. */
    public void terminate() {
        process.destroy();
    }

    /** Waits for the end and returns the exit code. */
    public int awaitExit() {
        return awaitExit(STOP);
    }

    /** Ends it as a crash would (SIGKILL). */
    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        awaitExit(STOP);
    }

    /** Runs another command of the application on the same directory and environment, to its end. */
    public Ended command(String... arguments) {
        ProcessOutput printed = new ProcessOutput();
        Process command = launch(arguments);
        printed.follow(command.getInputStream());
        try {
            if (!command.waitFor(START.toMillis(), TimeUnit.MILLISECONDS)) {
                command.destroyForcibly();
                throw new AssertionError("the command did not end within " + START + ":\n" + printed.text());
            }
            printed.awaitEnd();
            return new Ended(command.exitValue(), printed.text());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void launch() {
        process = launch("run");
        output.follow(process.getInputStream());
    }

    private Process launch(String... arguments) {
        Path launcher = application.resolve("bin/federation");
        if (!Files.isExecutable(launcher)) {
            throw new IllegalStateException("no application at " + launcher + "; build it: mvn -DskipTests package");
        }
        try {
            Files.createDirectories(dataDirectory());
            List<String> line = new ArrayList<>(List.of(launcher.toString()));
            line.addAll(List.of(arguments));
            ProcessBuilder builder =
                    new ProcessBuilder(line).directory(directory.toFile()).redirectErrorStream(true);
            builder.environment().clear();
            builder.environment().putAll(environment);
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By TLS only those can ask who have a certificate: there its ready line is taken for it. */
    private boolean healthy() {
        if (environment.containsKey("AGENTOS_FED_SERVER_CERT")) {
            return output().contains(" ready on https://");
        }
        try {
            HttpURLConnection health = (HttpURLConnection)
                    baseUrl().resolve("/v1/federation/health").toURL().openConnection();
            health.setConnectTimeout(1000);
            health.setReadTimeout(5000);
            return health.getResponseCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private int awaitExit(Duration patience) {
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the gateway did not end within " + patience + ":\n" + output());
            }
            output.awaitEnd();
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (process != null && process.isAlive()) {
            kill();
        }
    }
}
