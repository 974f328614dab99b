package org.agentos.federation.support;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** What a scripted peer does with one request: an answer, a wrong answer, or none. */
@FunctionalInterface
public interface Reply {
    void to(PeerRequest request, PeerConnection connection) throws IOException, InterruptedException;

    /** Whether the reply comes before the request's body was read. */
    default boolean beforeBody() {
        return false;
    }

    /** A complete JSON answer; {@code headers} are names and values in turn. */
    static Reply json(int status, String body, String... headers) {
        return (request, connection) -> connection.answer(status, "application/json", body, headers);
    }

    /** An error answer as a Stack A gives it. */
    static Reply error(int status, String code, String... headers) {
        return json(status, "{\"error\":{\"code\":\"" + code + "\",\"message\":\"scripted\"}}", headers);
    }

    static Reply redirect(String location) {
        return json(307, "{}", "Location", location);
    }

    /** The connection is reset when the head was read, before the body. */
    static Reply resetBeforeReading() {
        return new Reply() {
            @Override
            public void to(PeerRequest request, PeerConnection connection) throws IOException {
                connection.reset();
            }

            @Override
            public boolean beforeBody() {
                return true;
            }
        };
    }

    /** The connection is reset when the whole request was read. */
    static Reply resetAfterReading() {
        return (request, connection) -> connection.reset();
    }

    /** The connection is closed in the middle of the JSON body that the head promised. */
    static Reply halfJson() {
        return (request, connection) -> {
            connection.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n"
                    + "{\"run\":{\"run_id\":\"ru");
            connection.close();
        };
    }

    /** Nothing, until the client leaves or the peer closes. */
    static Reply hang() {
        return (request, connection) -> connection.awaitLeave();
    }

    /** The reply after a delay. */
    static Reply after(Duration delay, Reply reply) {
        return (request, connection) -> {
            connection.pause(delay);
            reply.to(request, connection);
        };
    }

    /** The reply once the gate is open. */
    static Reply when(CountDownLatch gate, Reply reply) {
        return (request, connection) -> {
            gate.await();
            reply.to(request, connection);
        };
    }

    /** An event stream of these exact pieces, each one write, then a clean end. */
    static Reply stream(String... pieces) {
        return (request, connection) -> {
            connection.startStream();
            for (String piece : pieces) {
                connection.chunk(piece.getBytes(StandardCharsets.UTF_8));
            }
            connection.endStream();
        };
    }

    /** An event stream of these exact pieces, then the connection closes without the end of the response. */
    static Reply cutStream(String... pieces) {
        return (request, connection) -> {
            connection.startStream();
            for (String piece : pieces) {
                connection.chunk(piece.getBytes(StandardCharsets.UTF_8));
            }
            connection.close();
        };
    }

    /** One event as a frame of a Stack A's stream. */
    static String frame(String envelope) {
        return "event: agentos.event\ndata: " + envelope + "\n\n";
    }
}
