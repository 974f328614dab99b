package org.agentos.federation;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.agentos.federation.command.AuditCommand;
import org.agentos.federation.command.BackupCommand;
import org.agentos.federation.command.CertsCommand;
import org.agentos.federation.command.Console;
import org.agentos.federation.command.ExplainCommand;
import org.agentos.federation.command.ReloadCommand;
import org.agentos.federation.command.RestoreCommand;
import org.agentos.federation.command.RotateCursorKeyCommand;
import org.agentos.federation.command.RoutesCommand;
import org.agentos.federation.command.SubscriptionsCommand;
import org.agentos.federation.observe.Build;
import org.agentos.federation.operator.HangUp;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.settings.StartupException;
import org.agentos.federation.startup.StartupReview;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The program: {@code federation run}, which is also what it does when no command is given, {@code federation check}, and
 * the commands on the data.
 */
@Command(
        name = "federation",
        description = "AgentOS Federation Gateway. Without a command it runs.",
        footer = {
            "",
            "Settings are read from config/ and the environment (docs/configuration.md); JAVA_OPTS goes to the JVM.",
            "Exit code: 0 = done, 1 = not done, 2 = not understood; explain has its own."
        },
        scope = CommandLine.ScopeType.INHERIT,
        versionProvider = FederationGateway.Version.class,
        subcommands = {
            ReloadCommand.class,
            AuditCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            RotateCursorKeyCommand.class,
            CertsCommand.class,
            ExplainCommand.class,
            SubscriptionsCommand.class,
            RoutesCommand.class,
            CommandLine.HelpCommand.class
        },
        mixinStandardHelpOptions = true)
public final class FederationGateway implements Callable<Integer> {
    private final PrintStream out = System.out;
    private final Console console = new Console();

    private FederationGateway() {}

    /** Runs a command; the exit code is 0 when it did what was asked. */
    public static void main(String[] args) {
        System.setProperty(
                "log4j2.configurationFile",
                Console.home().resolve("config/log4j2.properties").toString());
        System.setProperty("vertx.logger-delegate-factory-class-name", "io.vertx.core.logging.SLF4JLogDelegateFactory");
        refuseSecondHandshakes();
        System.exit(commandLine().execute(args));
    }

    /** Every command, as it is typed and explained. */
    static CommandLine commandLine() {
        return new CommandLine(new FederationGateway()).setCaseInsensitiveEnumValuesAllowed(true);
    }

    /** In TLS 1.2 a client may ask for one after the other on a connection: each costs it little and the gateway a signature. */
    private static void refuseSecondHandshakes() {
        String setting = "jdk.tls.rejectClientInitiatedRenegotiation";
        System.setProperty(setting, System.getProperty(setting, "true"));
    }

    @Override
    public Integer call() throws InterruptedException {
        return run();
    }

    @Command(description = "Runs the gateway until it is told to stop (SIGTERM, Ctrl-C); so does no command at all.")
    int run() throws InterruptedException {
        HangUp hangUp = HangUp.take();
        try {
            Settings settings = console.settings();
            Gateway gateway = Gateway.start(settings);
            hangUp.tell(gateway::reload);
            stopOnSignal(gateway, settings.shutdown().total());
            out.println("federation gateway " + Build.current().version() + " ready on " + gateway.address()
                    + " (profile " + settings.profile().name().toLowerCase(java.util.Locale.ROOT) + ")");
            new CountDownLatch(1).await();
            return Console.DONE;
        } catch (StartupException e) {
            return refuse(e);
        }
    }

    @Command(
            description =
                    "Reads settings, peers, keys and certificates and tells what is wrong with them. Opens nothing.")
    int check() {
        try {
            Settings settings = console.settings();
            StartupReview.review(settings, java.time.InstantSource.system());
            return console.done(List.of("nothing is wrong with the settings"));
        } catch (StartupException e) {
            return refuse(e);
        }
    }

    @Command(
            name = "archive-classes",
            description =
                    "Makes later starts shorter: starts once on throw-away data and keeps what the JVM learnt of it in"
                            + " lib/classes.jsa. To be run where the application is installed.")
    int archiveClasses() {
        String what = "archive the classes";
        try {
            new Rehearsal(Console.home()).play();
            return Console.DONE;
        } catch (StartupException e) {
            return console.failed(what, e.problems());
        } catch (IOException e) {
            return console.failed(what, List.of(e.toString()));
        }
    }

    private int refuse(StartupException e) {
        return console.failed("start", e.problems());
    }

    /** The JVM would end with 143 after SIGTERM; an orderly stop is a success. */
    private void stopOnSignal(Gateway gateway, Duration limit) {
        Thread stopping = new Thread(gateway::close, "shutdown");
        stopping.setDaemon(true);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            stopping.start();
                            Runtime.getRuntime().halt(await(stopping, limit) ? Console.DONE : Console.FAILED);
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
