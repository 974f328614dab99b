package org.agentos.federation.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.agentos.federation.http.HttpObserver;

/**
 * Counts and times every answer under the names the reference gave them. Labels are the service, the method, the status
 * and the route's id: all from fixed sets, so that no caller can make the registry grow.
 */
public final class HttpMetrics implements HttpObserver {
    private static final String SERVICE = "service";
    private static final String FEDERATION = "federation";
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(2),
        Duration.ofSeconds(10)
    };

    private final MeterRegistry registry;
    private final Map<Counted, Counter> counters = new ConcurrentHashMap<>();
    private final Map<String, Timer> timers = new ConcurrentHashMap<>();

    private record Counted(String method, int code) {}

    public HttpMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void answered(String routeId, String method, int status, long nanos) {
        counters.computeIfAbsent(new Counted(known(method), status), this::counter)
                .increment();
        timers.computeIfAbsent(routeId, this::timer).record(nanos, TimeUnit.NANOSECONDS);
    }

    private Counter counter(Counted counted) {
        return Counter.builder("agentos_http_requests")
                .description("Requests answered.")
                .tags(SERVICE, FEDERATION, "method", counted.method(), "code", Integer.toString(counted.code()))
                .register(registry);
    }

    private Timer timer(String routeId) {
        return Timer.builder("agentos_http_request_duration")
                .description("Time from a request's head to its answer, for a stream to its answer's head.")
                .tags(SERVICE, FEDERATION, "route", routeId)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    /** A client may send any word as a method; only the usual ones become labels. */
    private static String known(String method) {
        return switch (method) {
            case "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS" -> method;
            default -> "other";
        };
    }
}
