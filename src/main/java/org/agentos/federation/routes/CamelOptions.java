package org.agentos.federation.routes;

import java.util.Properties;
import org.agentos.federation.settings.Settings;

/** What Camel is told at its start: what this gateway wants of it, and the settings for placeholders in routes. */
public final class CamelOptions {
    private CamelOptions() {}

    /**
     * For a Camel that runs route files.
     *
     * @param shutdownSeconds for exchanges that are under way when it stops
     */
    public static Properties of(Settings settings, int shutdownSeconds) {
        Properties properties = new Properties();
        properties.setProperty("camel.main.name", "federation");
        properties.setProperty("camel.main.startup-summary-level", "Off");
        properties.setProperty("camel.main.auto-configuration-log-summary", "false");
        properties.setProperty("camel.server.enabled", "false");
        // Bodies are bytes or objects of ours; asking before each step whether one is a stream costs more than the
        // step.
        properties.setProperty("camel.main.stream-caching-enabled", "false");
        properties.setProperty("camel.main.shutdown-timeout", Integer.toString(shutdownSeconds));
        properties.setProperty(
                "camel.component.kamelet.location", "file:" + settings.home().resolve("routes/kamelets"));
        properties.putAll(settings.properties());
        return properties;
    }
}
