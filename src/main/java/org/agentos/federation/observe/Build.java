package org.agentos.federation.observe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which build of the gateway this is. */
public record Build(String version) {
    private static final String RESOURCE = "/org/agentos/federation/build.properties";

    /** The build this code belongs to, as Maven wrote it down. */
    public static Build current() {
        Properties written = new Properties();
        try (InputStream in = Build.class.getResourceAsStream(RESOURCE)) {
            written.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Build(written.getProperty("version"));
    }
}
