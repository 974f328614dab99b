package org.agentos.federation.sinks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.agentos.federation.component.EventLogHeaders;
import org.agentos.federation.extension.PublishToKafka;
import org.agentos.federation.extension.PublisherTakenOverException;
import org.agentos.federation.support.FreePort;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ServiceStatus;
import org.apache.camel.StatefulService;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Publishers in routes of this process, against a real broker: repeats, two of one id, events that do not fit. */
class PublishToKafkaIT {
    private static final String RUN = "tnt_demo/run_1";

    @TempDir
    static Path directory;

    private static KafkaBroker broker;

    private final List<Publishing> publishing = new ArrayList<>();
    private String topic;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = KafkaBroker.start(directory);
    }

    @AfterAll
    static void stopBroker() throws Exception {
        broker.close();
    }

    @BeforeEach
    void makeTopic(TestInfo test) throws Exception {
        topic = test.getTestMethod().orElseThrow().getName();
        broker.makeTopic(topic, 2, Map.of("max.message.bytes", "20000"));
    }

    @AfterEach
    void stop() {
        publishing.forEach(Publishing::close);
    }

    @Test
    void shouldNotPublishAgainWhatIsThere() throws Exception {
        // Given
        try (Publishing before = publishing()) {
            for (int event = 1; event <= 5; event++) {
                before.deliver(event, "{}");
            }
        }
        Publishing after = publishing();

        // When
        after.deliver(4, "{}");
        after.deliver(5, "{}");
        after.deliver(6, "{}");
        after.deliver(6, "{}");

        // Then
        assertThat(published()).containsExactly("e1", "e2", "e3", "e4", "e5", "e6");
    }

    @Test
    void shouldLeaveTheTopicToWhoStartedLast() throws Exception {
        // Given
        Publishing old = publishing();
        old.deliver(1, "{}");
        Publishing young = publishing();
        young.deliver(2, "{}");

        // When
        assertThatThrownBy(() -> old.deliver(3, "{}"))
                .rootCause()
                .isInstanceOf(PublisherTakenOverException.class)
                .hasMessageContaining("another gateway publishes under this transactional id since 20");
        await().ignoreException(CamelExecutionException.class).untilAsserted(() -> young.deliver(4, "{}"));

        // Then
        assertThat(old.consumerStatus()).isEqualTo(ServiceStatus.Suspended);
        assertThat(young.consumerStatus()).isEqualTo(ServiceStatus.Started);
        assertThat(published()).containsExactly("e1", "e2", "e4");
    }

    @Test
    void shouldFailAloneWhatIsTooLarge() throws Exception {
        // Given
        Publishing running = publishing();
        String large = "{\"n\":\"" + "x".repeat(30_000) + "\"}";

        // When
        List<CompletableFuture<Object>> all = new ArrayList<>();
        for (int event = 1; event <= 20; event++) {
            all.add(running.deliverAsync(event, event % 5 == 0 ? large : "{}"));
        }

        // Then
        for (int event = 1; event <= 20; event++) {
            CompletableFuture<Object> delivered = all.get(event - 1);
            if (event % 5 == 0) {
                assertThatThrownBy(delivered::get).rootCause().isInstanceOf(RecordTooLargeException.class);
            } else {
                delivered.get();
            }
        }
        assertThat(published()).hasSize(16).doesNotHaveDuplicates().doesNotContain("e5", "e10", "e15", "e20");
    }

    @Test
    void shouldSayWhichBrokersAreAway() throws Exception {
        // Given
        Path client =
                Files.writeString(directory.resolve("client.properties"), "max.block.ms=500\nclient.id=impatient\n");
        String nobody = "127.0.0.1:" + FreePort.find();
        Publishing running = publishing(nobody, client.toString());

        // When, Then
        assertThatThrownBy(() -> running.deliver(1, "{}"))
                .cause()
                .hasMessageContaining("not published to Kafka topic " + topic + " at " + nobody);
        assertThat(running.consumerStatus()).isEqualTo(ServiceStatus.Started);
    }

    private List<String> published() throws Exception {
        try (TopicReader reader = new TopicReader(broker.servers(), topic, "read_committed")) {
            reader.readTo(broker.settledEnds(topic));
            return reader.byRun().get(RUN);
        }
    }

    private Publishing publishing() throws Exception {
        return publishing(broker.servers(), "");
    }

    private Publishing publishing(String servers, String clientProperties) throws Exception {
        PublishToKafka step = new PublishToKafka();
        step.setBrokers(servers);
        step.setTopic(topic);
        step.setTransactionalId(topic + "-id");
        step.setClientProperties(clientProperties);
        Publishing started = new Publishing(step);
        publishing.add(started);
        return started;
    }

    /** A gateway as far as a publisher can see it: a route that gives it events. */
    private static final class Publishing implements AutoCloseable {
        private final CamelContext context = new DefaultCamelContext();

        Publishing(PublishToKafka step) throws Exception {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:events").routeId("publish").process(step);
                }
            });
            context.start();
        }

        void deliver(int event, String envelope) {
            context.createProducerTemplate().sendBodyAndHeaders("direct:events", bytes(envelope), headers(event));
        }

        CompletableFuture<Object> deliverAsync(int event, String envelope) {
            return context.createProducerTemplate()
                    .asyncRequestBodyAndHeaders("direct:events", bytes(envelope), headers(event));
        }

        private static byte[] bytes(String envelope) {
            return envelope.getBytes(StandardCharsets.UTF_8);
        }

        private static Map<String, Object> headers(int event) {
            return Map.of(
                    EventLogHeaders.TENANT_ID,
                    "tnt_demo",
                    EventLogHeaders.RUN_ID,
                    "run_1",
                    EventLogHeaders.EVENT_ID,
                    "e" + event,
                    EventLogHeaders.EVENT_TYPE,
                    "",
                    EventLogHeaders.POSITION,
                    event + ".0");
        }

        ServiceStatus consumerStatus() {
            return ((StatefulService) context.getRoute("publish").getConsumer()).getStatus();
        }

        @Override
        public void close() {
            context.stop();
        }
    }
}
