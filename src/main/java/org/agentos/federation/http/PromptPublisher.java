package org.agentos.federation.http;

import io.vertx.core.buffer.Buffer;
import java.util.concurrent.Flow;

/**
 * A body whose first buffer comes as soon as it is asked for, whatever else it waits for. So the head of the response goes
 * out with that buffer, and not in a packet of its own before.
 */
public interface PromptPublisher extends Flow.Publisher<Buffer> {}
