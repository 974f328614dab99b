package org.agentos.federation.trial;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.agentos.federation.component.EventLogAccess;
import org.agentos.federation.component.EventLogEndpoint;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Origin;
import org.agentos.federation.eventlog.Source;
import org.agentos.federation.eventlog.Verdict;
import org.agentos.federation.eventlog.store.RocksEventLog;
import org.agentos.federation.ingest.EventReader;
import org.agentos.federation.routes.RouteFile;
import org.agentos.federation.routes.RouteLint;
import org.agentos.federation.routes.Surroundings;
import org.agentos.federation.settings.EventLogSettings;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.subscription.Subscriptions;

/**
 * Runs route files on sample events, in an event log of its own and without the gateway around: subscriptions, order, error
 * policies and dead letters are the real ones. What leads out of the process is recorded, unless it is wanted for real.
 */
public final class Trial {
    private static final Source SOURCE = new Source(Origin.PUSHED, Optional.empty());

    /** For the events to be on disk, which the limit of the trial does not count. */
    private static final long STORE_SECONDS = 60;

    /** How often it is looked whether all is done. */
    private static final long LOOK_MILLIS = 10;

    /** Exchanges that wait for the disk go on here, and timers run. */
    private static final int THREADS = 4;

    private final Request request;
    private final ScheduledExecutorService timers = Executors.newScheduledThreadPool(THREADS);

    /**
     * What is to be tried.
     *
     * @param settings their data directory is new and nobody else's
     * @param files at least one of them with a route that consumes from the event log
     * @param events else the built-in ones
     * @param real send for real
     * @param timeout for all deliveries together
     */
    public record Request(Settings settings, List<Path> files, Optional<Path> events, boolean real, Duration timeout) {}

    private Trial(Request request) {
        this.request = request;
    }

    /**
     * Tries them.
     *
     * @throws TrialException naming what keeps them from being tried
     */
    public static TrialReport run(Request request) throws Exception {
        Trial trial = new Trial(request);
        try {
            return trial.run();
        } finally {
            trial.timers.shutdownNow();
        }
    }

    private TrialReport run() throws Exception {
        Path folder = request.settings().home().resolve("routes");
        List<RouteFile> own = RouteFile.readAll(folder, "extensions");
        List<RouteFile> files = read();
        requireNoErrors(own, files, Surroundings.of(folder));
        InstantSource clock = InstantSource.system();
        EventReader reader = new EventReader(request.settings().ingest().maxEventBytes());
        try (RocksEventLog log = RocksEventLog.open(ofLog(), clock, new SecureRandom());
                Subscriptions subscriptions = new Subscriptions(
                        log.feed(),
                        log.subscriptions(),
                        log.epoch(),
                        new SimpleMeterRegistry(),
                        clock,
                        System::nanoTime,
                        timers);
                TriedRoutes routes = new TriedRoutes(
                        request.settings(),
                        own.stream().filter(file -> file.routes().isEmpty()).toList(),
                        files,
                        new EventLogAccess(log, reader, subscriptions, timers),
                        request.real())) {
            routes.start();
            List<EventLogEndpoint> sources = routes.subscriptions();
            if (sources.isEmpty()) {
                throw new TrialException("no route takes from event-log:NAME, so no event would come to one");
            }
            List<IncomingEvent> events = events(reader, sources);
            store(log, events);
            boolean inTime = awaitEnd(routes, subscriptions, sources);
            return new TrialReport(request, events, sources, routes, inTime);
        }
    }

    private List<RouteFile> read() throws IOException {
        List<RouteFile> files = new ArrayList<>();
        for (Path file : request.files()) {
            try {
                files.add(RouteFile.read(file.toAbsolutePath()));
            } catch (NoSuchFileException none) {
                throw new TrialException("there is no file " + file);
            } catch (IllegalArgumentException noRoutes) {
                throw new TrialException(noRoutes.getMessage());
            }
        }
        return files;
    }

    private static void requireNoErrors(List<RouteFile> own, List<RouteFile> files, Surroundings surroundings) {
        List<String> errors = new RouteLint(own, files, surroundings)
                .findings().stream()
                        .filter(RouteLint.Finding::error)
                        .map(finding -> finding.file() + ": " + finding.text())
                        .toList();
        if (!errors.isEmpty()) {
            throw new TrialException(errors);
        }
    }

    private EventLogSettings ofLog() {
        return new EventLogSettings(
                request.settings().eventLog().directory(), 8 << 20, 100_000, 8 << 20, 64 << 20, 16 << 20, false);
    }

    private List<IncomingEvent> events(EventReader reader, List<EventLogEndpoint> sources) {
        return request.events()
                .map(file -> SampleEvents.ofFile(file, reader))
                .orElseGet(() -> SampleEvents.builtIn(
                        reader,
                        wanted(sources, EventLogEndpoint::getTenantId),
                        wanted(sources, EventLogEndpoint::getRunId)));
    }

    private static String wanted(List<EventLogEndpoint> sources, Function<EventLogEndpoint, String> of) {
        return sources.stream().map(of).filter(Objects::nonNull).findFirst().orElse(null);
    }

    private void store(RocksEventLog log, List<IncomingEvent> events) throws Exception {
        List<Verdict> verdicts =
                log.append(SOURCE, events).toCompletableFuture().get(STORE_SECONDS, TimeUnit.SECONDS);
        List<String> refused = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            Verdict verdict = verdicts.get(i);
            if (verdict.status() != Verdict.Status.ACCEPTED) {
                refused.add("event " + (i + 1) + ", " + events.get(i).eventId() + ", would not be stored: "
                        + word(verdict.status())
                        + (verdict.reason() == Verdict.Reason.NONE ? "" : ", " + word(verdict.reason())));
            }
        }
        if (!refused.isEmpty()) {
            throw new TrialException(refused);
        }
    }

    private static String word(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT);
    }

    /** Whether everything that was stored, also by the routes themselves, was done with in time. */
    private boolean awaitEnd(TriedRoutes routes, Subscriptions subscriptions, List<EventLogEndpoint> sources)
            throws InterruptedException, ExecutionException {
        CompletableFuture<Void> end = new CompletableFuture<>();
        Future<?> looking = timers.scheduleWithFixedDelay(
                () -> {
                    try {
                        if (isDone(routes, subscriptions, sources)) {
                            end.complete(null);
                        }
                    } catch (RuntimeException failed) {
                        end.completeExceptionally(failed);
                    }
                },
                LOOK_MILLIS,
                LOOK_MILLIS,
                TimeUnit.MILLISECONDS);
        try {
            end.get(request.timeout().toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException tooLong) {
            return false;
        } finally {
            looking.cancel(false);
        }
    }

    private static boolean isDone(TriedRoutes routes, Subscriptions subscriptions, List<EventLogEndpoint> sources) {
        return routes.isIdle()
                && sources.stream()
                        .map(source -> subscriptions.status(source.getName()).orElseThrow())
                        .allMatch(status ->
                                status.lagEntries() == 0 || status.state().startsWith("stopped"));
    }
}
