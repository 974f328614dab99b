package org.agentos.federation.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.agentos.federation.audit.AuditTrail;
import org.agentos.federation.forward.RouteStorage;
import org.agentos.federation.http.GatewayHttpEngine;
import org.agentos.federation.routes.RouteFile;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.settings.SettingsLoader;
import org.agentos.federation.startup.StartupReview;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The names that routes and wiring share: a route names no bean that is not made, and none is made for nobody. */
class WiringTest {
    @Test
    void shouldMakeExactlyTheBeansThatRoutesName(@TempDir Path data) throws Exception {
        // Given
        Set<String> named = beansInRoutes();

        // When
        Set<String> made = new TreeSet<>(beans(data).keySet());

        // Then
        made.remove(GatewayHttpEngine.BEAN_NAME); // Camel's component looks for it
        made.remove(EventLogBeans.ACCESS); // and so does the component event-log
        assertThat(made).isEqualTo(named);
    }

    private static Set<String> beansInRoutes() throws IOException {
        return RouteFile.readAll(Path.of("routes"), "extensions").stream()
                .flatMap(file -> file.outlines().stream())
                .flatMap(outline -> outline.beans().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<String, Object> beans(Path data) throws Exception {
        Settings settings = SettingsLoader.load(
                Path.of("").toAbsolutePath(),
                Map.of("AGENTOS_FED_DATA_DIR", data.toString(), "AGENTOS_AUDIT_SINK", "file:" + data.resolve("audit")));
        InstantSource clock = InstantSource.system();
        Vertx vertx = Vertx.vertx();
        try (Threads threads = new Threads(settings);
                AuditTrail audit = AuditTrail.open(settings.audit(), clock);
                DefaultCamelContext camel = new DefaultCamelContext();
                Stores stores = Stores.open(
                        settings, new RouteStorage(camel.createProducerTemplate()), clock, threads.compactions)) {
            Parts parts =
                    new Parts(settings, StartupReview.review(settings, clock), stores, audit, threads, vertx, clock);
            Map<String, Object> beans = new Wiring(parts).beans();
            parts.streams.close();
            parts.mirroring.close();
            return beans;
        } finally {
            vertx.close();
        }
    }
}
