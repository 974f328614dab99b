package org.agentos.federation.operator;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agentos.federation.settings.ClientTls;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.trust.TokenKeys;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the files that may change at run time and has them reloaded when their content is another and has come to
 * rest, and again while the audit trail cannot record it. It compares bytes, not times or events: that works on every file system, and when a link is turned to another
 * file. On a thread of its own, since a file system may hang.
 */
public final class ReloadWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReloadWatch.class);

    /** As much as any file that the gateway takes; of a longer one only the beginning is compared. */
    private static final int MAX_BYTES = 4 << 20;

    private final Reload reload;
    private final List<Path> files;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread named = new Thread(task, Reload.NAME);
        named.setDaemon(true);
        return named;
    });
    private List<String> lastSeen = List.of();

    /** Nothing yet: what was changed after the start had read it is found at the first looks. */
    private List<String> taken = List.of();

    public ReloadWatch(Settings settings, Reload reload) {
        this.reload = reload;
        this.files = files(settings);
    }

    private static List<Path> files(Settings settings) {
        Path config = settings.home().resolve("config");
        List<Path> files = new ArrayList<>(List.of(
                config.resolve("application.properties"),
                config.resolve("application-" + settings.profile().name().toLowerCase(Locale.ROOT) + ".properties")));
        settings.stack().peersFile().ifPresent(files::add);
        settings.http().tls().ifPresent(tls -> files.addAll(List.of(tls.certificate(), tls.key())));
        settings.trust().jwtPublicKey().flatMap(TokenKeys::file).ifPresent(files::add);
        ClientTls peers = settings.trust().clientTls();
        Stream.of(peers.certificate(), peers.key(), peers.ca())
                .flatMap(Optional::stream)
                .forEach(files::add);
        return files;
    }

    /** Begins to look; zero = never by itself. */
    public ReloadWatch start(Duration interval) {
        if (!interval.isZero()) {
            Future<?> unused = thread.scheduleWithFixedDelay(
                    this::look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        }
        return this;
    }

    /** Reloads on the watch's own thread, whatever the files look like. */
    public void reloadSoon(Reload.Cause cause) {
        if (!thread.isShutdown()) {
            thread.execute(() -> reload.now(cause));
        }
    }

    /** A file that is being written looks different each time: two looks that agree show that it is whole. */
    void look() {
        try {
            List<String> seen = contents();
            boolean atRest = seen.equals(lastSeen);
            lastSeen = seen;
            if (atRest && (!seen.equals(taken) || reload.isOwed())) {
                taken = seen;
                reload.now(Reload.Cause.FILE);
            }
        } catch (RuntimeException failed) {
            LOG.error("files were not looked at", failed);
        }
    }

    private List<String> contents() {
        return files.stream().map(ReloadWatch::content).toList();
    }

    private static String content(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(in.readNBytes(MAX_BYTES)));
        } catch (NoSuchFileException absent) {
            return "absent";
        } catch (IOException unreadable) {
            return "unreadable";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
