package org.agentos.federation.support;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;

/** A thin HTTP client that holds every answer it gets against the API document. */
public final class Http {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final URI base;
    private final OpenApiCheck document;

    public Http(URI base) {
        this.base = base;
        this.document = OpenApiCheck.ofProject();
    }

    public Call get(String path) {
        return new Call("GET", path);
    }

    public Call post(String path) {
        return new Call("POST", path);
    }

    public Call call(String method, String path) {
        return new Call(method, path);
    }

    /** One request under construction. */
    public final class Call {
        private final String method;
        private final String path;
        private final HttpRequest.Builder request;
        private byte[] body = new byte[0];

        private Call(String method, String path) {
            this.method = method;
            this.path = path;
            this.request = HttpRequest.newBuilder(URI.create(base + path)).timeout(PATIENCE);
        }

        public Call header(String name, String value) {
            request.header(name, value);
            return this;
        }

        public Call tenant(String tenantId) {
            return header("X-Tenant-Id", tenantId);
        }

        public Call json(String text) {
            return body(text.getBytes(StandardCharsets.UTF_8), "application/json");
        }

        public Call body(byte[] bytes, String contentType) {
            body = bytes;
            return header("Content-Type", contentType);
        }

        /** Packs the body given so far. */
        public Call gzip() {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
                out.write(body);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            body = packed.toByteArray();
            return header("Content-Encoding", "gzip");
        }

        /** Sends and checks the answer against the document. */
        public Answer send() {
            try {
                return checked(CLIENT.send(built(), HttpResponse.BodyHandlers.ofByteArray()));
            } catch (IOException e) {
                throw new UncheckedIOException(method + " " + path, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        /** Like {@link #send}, without waiting; cancelling it closes the connection. */
        public CompletableFuture<Answer> sendAsync() {
            return CLIENT.sendAsync(built(), HttpResponse.BodyHandlers.ofByteArray())
                    .thenApply(this::checked);
        }

        private HttpRequest built() {
            return request.method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                    .build();
        }

        private Answer checked(HttpResponse<byte[]> response) {
            Answer answer = new Answer(method, path, response.statusCode(), response.headers(), response.body());
            document.verify(answer);
            return answer;
        }
    }
}
