package org.agentos.federation.stream;

import io.vertx.core.buffer.Buffer;
import java.util.concurrent.Flow;

/** What a request for events gets. */
public sealed interface Answer {

    /** A body that goes on; one subscriber, who must come within the silence that is allowed. */
    record Stream(String contentType, Flow.Publisher<Buffer> body) implements Answer {}

    /** One page of JSON. */
    record Page(Buffer json) implements Answer {}

    /** Nothing more will come: the run is over and the reader has all of it. Stops a browser's EventSource. */
    record NoContent() implements Answer {}
}
