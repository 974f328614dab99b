package org.agentos.federation.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.AsyncProcessorSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OverloadTest {
    private static final int WORKERS = 2;
    private static final int CAP = 20;
    private final Waiting waiting = new Waiting();
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicInteger held = new AtomicInteger();
    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = new TestGateway(TestGateway.limits().inFlight(WORKERS, CAP).settings(), new RouteBuilder() {
            @Override
            public void configure() {
                from("platform-http:/wait").process(waiting);
                from("platform-http:/bounded")
                        .process(exchange -> WorkPlace.of(exchange).leave())
                        .process(waiting);
                from("platform-http:/hold")
                        .process(exchange -> {
                            held.incrementAndGet();
                            released.await();
                        })
                        .setBody(constant("held"));
                from("platform-http:/quick").setBody(constant("quick"));
                from("platform-http:" + TestGateway.HEALTH).setBody(constant("well"));
            }
        });
    }

    @AfterEach
    void stop() throws Exception {
        released.countDown();
        waiting.releaseAll();
        gateway.close();
    }

    @Test
    void shouldHoldNoThreadWhileExchangesWait() throws Exception {
        try (Clients clients = new Clients()) {
            // Given
            clients.get("/wait", CAP - 1);
            await().untilAsserted(() -> assertThat(waiting.size()).isEqualTo(CAP - 1));

            // Then
            assertThat(gateway.get("/quick").body()).isEqualTo("quick");
        }
    }

    @Test
    void shouldRefuseMoreThanTheCapAndStillTellItsHealth() throws Exception {
        try (Clients clients = new Clients()) {
            // Given
            clients.get("/wait", CAP);
            await().untilAsserted(() -> assertThat(waiting.size()).isEqualTo(CAP));

            // When
            HttpResponse<String> refused = gateway.get("/quick");

            // Then
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).contains("1");
            assertThat(refused.body()).contains("\"code\":\"unavailable\"", "\"retryable\":true");
            assertThat(gateway.get(TestGateway.HEALTH).body()).isEqualTo("well");

            // And the places come back
            waiting.releaseAll();
            await().untilAsserted(
                            () -> assertThat(gateway.get("/quick").statusCode()).isEqualTo(200));
        }
    }

    @Test
    void shouldTakeAPlaceBackOnceFromAnExchangeThatWaitsForWhatOthersBound() throws Exception {
        try (Clients clients = new Clients()) {
            // Given
            for (int i = 1; i <= 2 * CAP; i++) {
                int times = i;
                clients.get("/bounded", 1);
                await().untilAsserted(() -> assertThat(waiting.size()).isEqualTo(times));
            }
            assertThat(gateway.get("/quick").statusCode()).isEqualTo(200);
            waiting.releaseAll();
            await().untilAsserted(() -> assertThat(gateway.engine.openCalls()).isZero());

            // When
            clients.get("/wait", CAP);
            await().untilAsserted(() -> assertThat(waiting.size()).isEqualTo(CAP));

            // Then
            assertThat(gateway.get("/quick").statusCode()).isEqualTo(503);
        }
    }

    @Test
    void shouldTellItsHealthWhenEveryWorkerIsHeld() throws Exception {
        try (Clients clients = new Clients()) {
            // Given
            clients.get("/hold", WORKERS);
            await().untilAsserted(() -> assertThat(held).hasValue(WORKERS));

            // Then
            assertThat(gateway.get(TestGateway.HEALTH).body()).isEqualTo("well");
        }
    }

    @Test
    void shouldGetItsPlacesBackFromClientsWhoLeft() throws Exception {
        // Given
        try (Clients clients = new Clients()) {
            clients.get("/wait", CAP);
            await().untilAsserted(() -> assertThat(waiting.size()).isEqualTo(CAP));
        }

        await().untilAsserted(() -> assertThat(gateway.engine.openConnections()).isZero());

        // When
        waiting.releaseAll();

        // Then
        await().untilAsserted(() -> assertThat(gateway.engine.openCalls()).isZero());
        assertThat(gateway.get("/quick").statusCode()).isEqualTo(200);
        assertThat(gateway.answered())
                .filteredOn(answer -> answer.status() == HttpObserver.CLIENT_LEFT)
                .hasSize(CAP);
    }

    /** Exchanges that wait for something without a thread. */
    private static final class Waiting extends AsyncProcessorSupport {
        private final Queue<AsyncCallback> callbacks = new ConcurrentLinkedQueue<>();

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            callbacks.add(callback);
            return false;
        }

        int size() {
            return callbacks.size();
        }

        void releaseAll() {
            for (AsyncCallback next = callbacks.poll(); next != null; next = callbacks.poll()) {
                next.done(false);
            }
        }
    }

    private final class Clients implements AutoCloseable {
        private final List<RawClient> open = new ArrayList<>();

        void get(String path, int times) throws Exception {
            for (int i = 0; i < times; i++) {
                open.add(gateway.raw().send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n"));
            }
        }

        @Override
        public void close() throws Exception {
            for (RawClient client : open) {
                client.close();
            }
        }
    }
}
