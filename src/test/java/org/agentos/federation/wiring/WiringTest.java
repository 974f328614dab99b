package org.agentos.federation.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.agentos.federation.forward.PeerHttpComponent;
import org.agentos.federation.http.GatewayHttpEngine;
import org.agentos.federation.routes.RouteFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The names that routes and wiring share: a route names no bean that is not made, and none is made for nobody. */
class WiringTest {
    @Test
    void shouldMakeExactlyTheBeansThatRoutesName(@TempDir Path data) throws Exception {
        // Given
        Set<String> named = beansInRoutes();

        // When
        Set<String> made = new TreeSet<>(WiredBeans.of(data).keySet());

        // Then
        made.remove(GatewayHttpEngine.BEAN_NAME); // Camel's component looks for it
        made.remove(EventLogBeans.ACCESS); // and so does the component event-log
        made.remove(PeerHttpComponent.BEAN_NAME); // and Camel for http: endpoints
        assertThat(made).isEqualTo(named);
    }

    private static Set<String> beansInRoutes() throws IOException {
        return RouteFile.readAll(Path.of("routes"), "extensions").stream()
                .flatMap(file -> file.outlines().stream())
                .flatMap(outline -> outline.beans().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
