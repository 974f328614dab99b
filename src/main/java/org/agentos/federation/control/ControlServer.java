package org.agentos.federation.control;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes commands on a Unix domain socket in the data directory: one line in, {@code name argument}, one answer out. The
 * socket is its owner's alone; besides the file's mode, who connects is asked for, since the mode is set only after the
 * socket is made.
 */
public final class ControlServer implements AutoCloseable {
    /** Commands at work at once; they are an operator's, not a program's. */
    static final int MAX_AT_ONCE = 4;

    /** Of a request: a command and a path. */
    static final int MAX_REQUEST_BYTES = 5000;

    /** A connection that says nothing must not hold a place. */
    private static final Duration REQUEST_TIME = Duration.ofSeconds(5);

    /** For commands at work when the gateway stops; a copy that takes longer is left without its manifest. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

    private final Path socket;
    private final ServerSocketChannel channel;
    private final String owner;
    private final Map<String, Function<String, ControlReply>> commands;
    private final ScheduledExecutorService timers;
    private final Semaphore places = new Semaphore(MAX_AT_ONCE);
    private final CountDownLatch closing = new CountDownLatch(1);

    private ControlServer(
            Path socket,
            ServerSocketChannel channel,
            Map<String, Function<String, ControlReply>> commands,
            ScheduledExecutorService timers)
            throws IOException {
        this.socket = socket;
        this.channel = channel;
        this.owner = Files.getOwner(socket).getName();
        this.commands = Map.copyOf(commands);
        this.timers = timers;
    }

    /**
     * Begins to listen. What keeps it from that is logged and keeps the gateway from nothing else.
     *
     * @param dataDirectory which no other process has, so that a socket found there is a dead one's
     * @param commands by name; each may take its time
     * @return what is to be closed, listening or not
     */
    public static AutoCloseable open(
            Path dataDirectory, Map<String, Function<String, ControlReply>> commands, ScheduledExecutorService timers) {
        if (ControlClient.impossible(dataDirectory).isPresent()) {
            LOG.warn(
                    "no control socket: {}",
                    ControlClient.impossible(dataDirectory).get());
            return () -> {};
        }
        try {
            ControlServer server = bind(ControlSocket.in(dataDirectory), commands, timers);
            Thread acceptor = new Thread(server::accept, "control");
            acceptor.setDaemon(true);
            acceptor.start();
            return server;
        } catch (IOException unusable) {
            LOG.warn("no control socket path={} cause={}", ControlSocket.in(dataDirectory), unusable.toString());
            return () -> {};
        }
    }

    private static ControlServer bind(
            Path socket, Map<String, Function<String, ControlReply>> commands, ScheduledExecutorService timers)
            throws IOException {
        Files.deleteIfExists(socket);
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(socket), MAX_AT_ONCE);
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            return new ControlServer(socket, channel, commands, timers);
        } catch (IOException failed) {
            channel.close();
            throw failed;
        }
    }

    private void accept() {
        try {
            boolean stop = false;
            while (!stop) {
                places.acquire();
                if (!takeNext()) {
                    places.release();
                    // one that has no file descriptor left must not ask for one all the time
                    stop = closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException nobodyShould) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean takeNext() {
        try {
            take(channel.accept());
            return true;
        } catch (IOException closedOrExhausted) {
            return false;
        }
    }

    private void take(SocketChannel connection) {
        Thread worker = new Thread(() -> serve(connection), "control-command");
        worker.setDaemon(true);
        worker.start();
    }

    private void serve(SocketChannel connection) {
        try (connection) {
            String user = connection
                    .getOption(ExtendedSocketOptions.SO_PEERCRED)
                    .user()
                    .getName();
            if (!user.equals(owner) && !user.equals("root")) {
                LOG.warn("control command refused user={}", user);
                return;
            }
            ControlSocket.write(connection, answer(request(connection)).text());
        } catch (IOException left) {
            LOG.debug("control connection cut", left);
        } finally {
            places.release();
        }
    }

    private String request(SocketChannel connection) throws IOException {
        Future<?> limit = timers.schedule(
                () -> {
                    connection.close();
                    return null;
                },
                REQUEST_TIME.toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            return ControlSocket.read(connection, MAX_REQUEST_BYTES, end -> end == '\n');
        } finally {
            limit.cancel(false);
        }
    }

    private ControlReply answer(String request) {
        if (!request.endsWith("\n")) {
            return ControlReply.refused(List.of("the command was cut short"));
        }
        String[] parts = request.strip().split(" ", 2);
        Function<String, ControlReply> command = commands.get(parts[0]);
        if (command == null) {
            return ControlReply.refused(List.of("the running gateway knows no command " + parts[0]));
        }
        LOG.info("control command name={}", parts[0]);
        try {
            return command.apply(parts.length > 1 ? parts[1] : "");
        } catch (RuntimeException failed) {
            LOG.error("control command failed name={}", parts[0], failed);
            return ControlReply.refused(List.of(parts[0] + " failed: " + failed));
        }
    }

    /** Takes no more commands, and lets those at work finish if they are quick. */
    @Override
    public void close() throws Exception {
        channel.close();
        closing.countDown();
        Files.deleteIfExists(socket);
        if (places.tryAcquire(MAX_AT_ONCE, GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
            places.release(MAX_AT_ONCE);
        } else {
            LOG.warn("control commands cut at shutdown");
        }
    }
}
