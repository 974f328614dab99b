package org.agentos.federation.forward.store;

import java.io.InputStream;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/** Storage by the routes of {@code routes/persistence}: one exchange for a group of lines, one for a snapshot. */
public final class RouteStorage implements JournalStorage {
    private final ProducerTemplate routes;
    private final Endpoint append;

    /** Storage by the routes of the template's context. */
    public RouteStorage(ProducerTemplate routes) {
        this.routes = routes;
        this.append =
                routes.getCamelContext().getEndpoint("direct:append-forward-journal"); // not to be parsed each time
    }

    @Override
    public void append(String fileName, byte[] lines) {
        routes.sendBodyAndHeader(append, lines, Exchange.FILE_NAME, fileName);
    }

    @Override
    public void writeSnapshot(String temporaryName, InputStream content) {
        routes.sendBodyAndHeader("direct:write-forward-snapshot", content, Exchange.FILE_NAME, temporaryName);
    }
}
