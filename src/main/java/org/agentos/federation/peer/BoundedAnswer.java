package org.agentos.federation.peer;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;

/** A peer's answer read whole, up to a size; one byte more resets the connection. */
public final class BoundedAnswer {
    private final HttpClientResponse response;
    private final int limit;
    private final Buffer received = Buffer.buffer();
    private final Promise<Buffer> whole = Promise.promise();

    private BoundedAnswer(HttpClientResponse response, int limit) {
        this.response = response;
        this.limit = limit;
    }

    /**
     * To be called on the response's own thread, before its first byte is read.
     *
     * @param limit in bytes
     */
    public static Future<Buffer> read(HttpClientResponse response, int limit) {
        BoundedAnswer answer = new BoundedAnswer(response, limit);
        response.exceptionHandler(answer.whole::tryFail)
                .handler(answer::add)
                .endHandler(end -> answer.whole.tryComplete(answer.received));
        return answer.whole.future();
    }

    private void add(Buffer bytes) {
        if (received.length() + bytes.length() > limit) {
            whole.tryFail(new IOException("the answer is larger than " + limit + " bytes"));
            response.request().reset();
        } else {
            received.appendBuffer(bytes);
        }
    }
}
