package org.agentos.federation.trial;

import java.util.Set;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.PollingConsumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.EndpointStrategy;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;

/**
 * Puts an endpoint that takes everything and does nothing in the place of each that leads out of the process. The real one
 * has been made by then, so that what its component says of wrong parameters is told.
 */
final class Recorder implements EndpointStrategy {
    /** They lead to steps in the process, to its log, or to the event log, which is thrown away. */
    private static final Set<String> INSIDE = Set.of(
            "event-log",
            "seda",
            "log",
            "bean",
            "class",
            "language",
            "dataformat",
            "kamelet",
            "caffeine-cache",
            "caffeine-loadcache",
            "controlbus",
            "mock",
            "stub",
            "validator",
            "xslt",
            "jslt",
            "jolt",
            "freemarker",
            "velocity",
            "mustache",
            "string-template");

    private final Set<String> directs;

    /** @param directs the {@code direct:} endpoints at which a tried route begins */
    Recorder(Set<String> directs) {
        this.directs = directs;
    }

    /** Whether what is sent there leaves the tried routes. */
    boolean isOutside(Endpoint endpoint) {
        String uri = endpoint.getEndpointBaseUri();
        String scheme = uri.replaceFirst(":.*", "");
        return scheme.equals("direct")
                ? !directs.contains(uri.replace("direct://", "direct:"))
                : !INSIDE.contains(scheme);
    }

    @Override
    public Endpoint registerEndpoint(String uri, Endpoint endpoint) {
        return isOutside(endpoint) && !(endpoint instanceof Recording) ? new Recording(endpoint) : endpoint;
    }

    /** Takes whatever is sent. What it was is noted before the send, by {@link Journal}. */
    private static final class Recording extends DefaultEndpoint {
        Recording(Endpoint real) {
            super(real.getEndpointUri(), real.getComponent());
            setCamelContext(real.getCamelContext());
        }

        @Override
        public Producer createProducer() {
            return new DefaultProducer(this) {
                @Override
                public void process(Exchange exchange) {
                    // taken
                }
            };
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            throw nothingComes();
        }

        @Override
        public PollingConsumer createPollingConsumer() {
            throw nothingComes();
        }

        private UnsupportedOperationException nothingComes() {
            return new UnsupportedOperationException(
                    "nothing can be fetched from " + getEndpointUri() + ", which is recorded only; try it with --real");
        }
    }
}
