package org.agentos.federation.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * A Stack A on real sockets that behaves until told otherwise: it starts runs and honours their keys, streams their
 * events from any position and tells their status. A script overrides what it does on one kind of path, reply by reply;
 * when the script is used up it behaves again.
 */
public final class ScriptedPeer implements AutoCloseable {
    /** The kinds of path a script can be given for. */
    public enum On {
        RUN_CREATE("POST", "/v1/agents/[^/]+/runs"),
        EVENTS("GET", "/v1/runs/[^/]+/events"),
        STATUS("GET", "/v1/runs/[^/]+"),
        CANCEL("POST", "/v1/runs/[^/]+:cancel"),
        CAPABILITIES("GET", "/v1/(federation/)?peer/capabilities");

        private final String method;
        private final Pattern path;

        On(String method, String path) {
            this.method = method;
            this.path = Pattern.compile(path);
        }

        private boolean matches(PeerRequest request) {
            return request.method().equals(method)
                    && path.matcher(request.path()).matches();
        }

        static Optional<On> of(PeerRequest request) {
            return List.of(values()).stream().filter(on -> on.matches(request)).findFirst();
        }
    }

    private final ServerSocket server = FreePort.open();
    private final String prefix = "run_" + Long.toString(System.nanoTime(), 36) + "_";
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger openStreams = new AtomicInteger();
    private final AtomicInteger started = new AtomicInteger();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Map<String, Deque<Reply>> scripts = new ConcurrentHashMap<>();
    private final List<PeerRequest> requests = new CopyOnWriteArrayList<>();
    private final List<Throwable> faults = new CopyOnWriteArrayList<>();
    private final Map<String, PeerRun> runs = new ConcurrentHashMap<>();
    private final Map<String, PeerRun> runsByKey = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> callsByKey = new ConcurrentHashMap<>();

    public ScriptedPeer() {
        daemon("scripted-peer-accept", this::accept);
    }

    public URI baseUrl() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** The next requests of this kind get these replies, one each. */
    public ScriptedPeer script(On kind, Reply... replies) {
        scripts.put(kind.name(), new ArrayDeque<>(List.of(replies)));
        return this;
    }

    /** The next requests of this kind for this run get these replies, one each; others are not touched. */
    public ScriptedPeer scriptRun(On kind, String runId, Reply... replies) {
        scripts.put(kind + " " + runId, new ArrayDeque<>(List.of(replies)));
        return this;
    }

    /** Starts a run, or finds the one of the request's key, and answers with it; 201 for a new one, 200 for a known. */
    public Reply started() {
        return (request, connection) -> {
            boolean known = runsByKey.containsKey(request.idempotencyKey());
            PeerRun run = start(request);
            connection.answer(
                    known ? 200 : 201,
                    "application/json",
                    runBody(run, ",\"events_url\":\"/v1/runs/" + run.runId() + "/events\""));
        };
    }

    /** Starts a run, or finds the one of the request's key, and then does something else about it. */
    public Reply startedThen(Reply reply) {
        return (request, connection) -> {
            start(request);
            reply.to(request, connection);
        };
    }

    /** A run of this peer, made if it is not there. */
    public PeerRun run(String runId) {
        return runs.computeIfAbsent(runId, PeerRun::new);
    }

    /** How many runs were started under any key. */
    public int runsStarted() {
        return started.get();
    }

    /** How often a run was asked for under this key and the peer acted on it. */
    public int callsUnder(String key) {
        return callsByKey.getOrDefault(key, new AtomicInteger()).get();
    }

    /** Everything received so far, in order of arrival. */
    public List<PeerRequest> requests() {
        return List.copyOf(requests);
    }

    public List<PeerRequest> requests(On kind) {
        return requests.stream()
                .filter(request -> On.of(request).equals(Optional.of(kind)))
                .toList();
    }

    /** The run-creates that carried this key. */
    public List<PeerRequest> creates(String key) {
        return requests(On.RUN_CREATE).stream()
                .filter(request -> request.idempotencyKey().equals(key))
                .toList();
    }

    /** Streams of runs that some client holds open now; scripted ones are not counted. */
    public int openStreams() {
        return openStreams.get();
    }

    /** Faults of a script itself; a client that leaves is none. */
    public List<Throwable> faults() {
        return List.copyOf(faults);
    }

    private PeerRun start(PeerRequest request) {
        String key = request.idempotencyKey();
        callsByKey.computeIfAbsent(key, k -> new AtomicInteger()).incrementAndGet();
        return runsByKey.computeIfAbsent(
                key.isEmpty() ? "\0" + started.get() : key, k -> run(prefix + started.incrementAndGet()));
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                daemon("scripted-peer", () -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            PeerConnection connection = new PeerConnection(socket, closed);
            for (Optional<PeerRequest> head = PeerRequest.readHead(connection.in());
                    head.isPresent();
                    head = connection.isOpen() ? PeerRequest.readHead(connection.in()) : Optional.empty()) {
                handle(head.get(), connection);
            }
        } catch (IOException | InterruptedException e) {
            // the client left, or the peer is closing
        } catch (RuntimeException e) {
            faults.add(e);
        } finally {
            sockets.remove(socket);
        }
    }

    private void handle(PeerRequest head, PeerConnection connection) throws IOException, InterruptedException {
        Optional<On> kind = On.of(head);
        Reply reply = kind.flatMap(known -> scripted(known, head)).orElseGet(() -> behaved(kind));
        PeerRequest request = reply.beforeBody() ? head : head.withBody(head.readBody(connection.in()));
        requests.add(request);
        reply.to(request, connection);
    }

    private Optional<Reply> scripted(On kind, PeerRequest request) {
        String ofRun = kind == On.EVENTS || kind == On.STATUS ? kind + " " + segment(request, 3) : kind.name();
        return next(ofRun).or(() -> next(kind.name()));
    }

    private Optional<Reply> next(String script) {
        Deque<Reply> replies = scripts.getOrDefault(script, new ArrayDeque<>());
        synchronized (replies) {
            return Optional.ofNullable(replies.poll());
        }
    }

    private Reply behaved(Optional<On> kind) {
        return switch (kind.map(On::name).orElse("")) {
            case "RUN_CREATE" -> started();
            case "EVENTS" -> this::stream;
            case "STATUS" ->
                (request, connection) ->
                        connection.answer(200, "application/json", runBody(run(segment(request, 3)), ""));
            case "CANCEL" ->
                (request, connection) -> {
                    PeerRun run = run(segment(request, 3).replace(":cancel", ""));
                    run.status("canceled");
                    connection.answer(200, "application/json", runBody(run, ""));
                };
            default -> Reply.error(404, "not_found");
        };
    }

    private void stream(PeerRequest request, PeerConnection connection) throws IOException, InterruptedException {
        openStreams.incrementAndGet();
        try {
            run(segment(request, 3)).stream(request, connection);
        } finally {
            openStreams.decrementAndGet();
        }
    }

    private static String segment(PeerRequest request, int index) {
        return request.path().split("/", -1)[index];
    }

    private static String runBody(PeerRun run, String more) {
        return "{\"run\":{\"run_id\":\"" + run.runId() + "\",\"status\":\"" + run.status() + "\"" + more + "}}";
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
