package org.agentos.federation;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.agentos.federation.observe.Build;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.settings.SettingsLoader;
import org.agentos.federation.settings.StartupException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program: {@code federation run}, which is also what it does when no command is given, and {@code federation check}. */
@Command(
        name = "federation",
        description = "AgentOS Federation Gateway.",
        versionProvider = FederationGateway.Version.class,
        subcommands = CommandLine.HelpCommand.class,
        mixinStandardHelpOptions = true)
public final class FederationGateway implements Callable<Integer> {
    private static final int CANNOT_START = 1;

    private final PrintStream out = System.out;
    private final PrintStream err = System.err;

    private FederationGateway() {}

    /** Runs a command; the exit code is 0 when it did what was asked. */
    public static void main(String[] args) {
        System.setProperty(
                "log4j2.configurationFile",
                home().resolve("config/log4j2.properties").toString());
        System.setProperty("vertx.logger-delegate-factory-class-name", "io.vertx.core.logging.SLF4JLogDelegateFactory");
        System.exit(new CommandLine(new FederationGateway()).execute(args));
    }

    /** The folder with {@code config/} and {@code routes/}: the launcher names it, otherwise it is the current one. */
    private static Path home() {
        return Path.of(System.getProperty("federation.home", "")).toAbsolutePath();
    }

    @Override
    public Integer call() throws InterruptedException {
        return run();
    }

    @Command(description = "Runs the gateway until it is told to stop (SIGTERM, Ctrl-C).")
    int run() throws InterruptedException {
        try {
            Settings settings = SettingsLoader.load(home(), System.getenv());
            Gateway gateway = Gateway.start(settings);
            stopOnSignal(gateway, settings.shutdown().total());
            out.println("federation gateway " + Build.current().version() + " ready on " + gateway.address()
                    + " (profile " + settings.profile().name().toLowerCase(java.util.Locale.ROOT) + ")");
            new CountDownLatch(1).await();
            return 0;
        } catch (StartupException e) {
            return refuse(e);
        }
    }

    @Command(description = "Reads settings, peers, keys and certificates and tells what is wrong with them.")
    int check() {
        try {
            Settings settings = SettingsLoader.load(home(), System.getenv());
            StartupReview.review(settings, java.time.InstantSource.system());
            out.println("nothing is wrong with the settings");
            return 0;
        } catch (StartupException e) {
            return refuse(e);
        }
    }

    private int refuse(StartupException e) {
        err.println("federation: cannot start");
        e.problems().forEach(problem -> err.println("  - " + problem));
        return CANNOT_START;
    }

    /** The JVM would end with 143 after SIGTERM; an orderly stop is a success. */
    private void stopOnSignal(Gateway gateway, Duration limit) {
        Thread stopping = new Thread(gateway::close, "shutdown");
        stopping.setDaemon(true);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            stopping.start();
                            Runtime.getRuntime().halt(await(stopping, limit) ? 0 : CANNOT_START);
                        },
                        "shutdown-signal"));
    }

    private static boolean await(Thread stopping, Duration limit) {
        try {
            stopping.join(limit.toMillis());
            return !stopping.isAlive();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Tells picocli which version this is. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"federation gateway " + Build.current().version()};
        }
    }
}
