package org.agentos.federation.wiring;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.agentos.federation.audit.AuditTrail;
import org.agentos.federation.forward.store.RouteStorage;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.settings.SettingsLoader;
import org.agentos.federation.startup.StartupReview;
import org.apache.camel.impl.DefaultCamelContext;

/** The beans as a start makes them, by name. */
final class WiredBeans {
    private WiredBeans() {}

    static Map<String, Object> of(Path data) throws Exception {
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
