package org.agentos.federation.drills;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.agentos.federation.support.Json;

/** A gateway's clients, as cheap as can be: the drills' load must leave the machine to the gateway. */
final class Calls {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final URI base;

    Calls(URI base) {
        this.base = base;
    }

    /** One whole answer. */
    record Got(int status, String text) {
        JsonNode json() {
            return Json.parse(text);
        }

        String errorCode() {
            return json().at("/error/code").asText();
        }
    }

    Got ingest(List<String> envelopes) throws IOException {
        return post("/v1/federation/events:ingest", Events.batch(envelopes));
    }

    Got forward(String body) throws IOException {
        return post("/v1/federation/runs:forward", body);
    }

    Got post(String path, String body) throws IOException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    Got get(String path, String... headers) throws IOException {
        HttpRequest.Builder request = request(path);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return send(request.GET());
    }

    Got delete(String path) throws IOException {
        return send(request(path).DELETE());
    }

    /** The envelopes of a run as they are kept now; none of a run that is not known. */
    List<String> stored(String run) throws IOException {
        Got got = get("/v1/federation/runs/" + run + "/events?follow=false", "Accept", "application/x-ndjson");
        if (got.status() == 404) {
            return List.of();
        }
        if (got.status() != 200) {
            throw new IOException("reading " + run + ": " + got);
        }
        return got.text()
                .lines()
                .filter(line -> !line.startsWith("{\"agentos\":"))
                .toList();
    }

    /** An open stream of a run after the event that the cursor follows; from its start for an empty one. */
    InputStream stream(String run, String cursor) throws IOException {
        HttpRequest.Builder request = request("/v1/federation/runs/" + run + "/events");
        if (!cursor.isEmpty()) {
            request.header("Last-Event-ID", cursor);
        }
        HttpResponse<InputStream> answer = sent(request.GET(), HttpResponse.BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200) {
            answer.body().close();
            throw new IOException("stream of " + run + ": " + answer.statusCode());
        }
        return answer.body();
    }

    /** The value of one series of the metrics; 0 where it is not told. */
    double metric(String series) throws IOException {
        return get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElse(0);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE).header("X-Tenant-Id", Events.TENANT);
    }

    private Got send(HttpRequest.Builder request) throws IOException {
        HttpResponse<String> answer = sent(request, HttpResponse.BodyHandlers.ofString());
        return new Got(answer.statusCode(), answer.body());
    }

    private <T> HttpResponse<T> sent(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler)
            throws IOException {
        try {
            return client.send(request.build(), handler);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }
}
