package org.agentos.federation.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import org.agentos.federation.error.ErrorBody;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;

/** Turns what a route left behind into an answer, and every failure into the one error form. Runs off the event loops. */
final class AnswerEncoder {
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final int LOWEST_STATUS = 200;
    private static final int HIGHEST_STATUS = 599;
    private static final String JSON = "application/json";
    private static final Buffer NOTHING = Buffer.buffer();

    private final ObjectMapper json;

    AnswerEncoder(ObjectMapper json) {
        this.json = json;
    }

    /**
     * The answer of an exchange that did not fail.
     *
     * @param workers read a body that is an InputStream
     * @throws Exception when the body or the status cannot be sent: a bug of the route
     */
    Answer of(Exchange exchange, Executor workers) throws Exception {
        Message message = exchange.getMessage();
        Answer.Payload payload = payload(message.getBody(), exchange, workers);
        MultiMap headers = headers(message.getHeaders());
        return new Answer(
                status(message),
                message.getBody() == null ? headers.remove(HttpHeaders.CONTENT_TYPE) : headers,
                payload);
    }

    /** The answer that says no; never fails. Not to be kept: some of its statuses may be by default (RFC 9110, 15.1). */
    Answer of(FederationException refusal, String correlationId) {
        MultiMap headers = headers(refusal.headers());
        headers.set(HttpHeaders.CONTENT_TYPE, JSON);
        headers.set(HttpHeaders.CACHE_CONTROL, "no-store");
        return new Answer(refusal.code().status(), headers, new Answer.Whole(encode(refusal, correlationId)));
    }

    private Buffer encode(FederationException refusal, String correlationId) {
        try {
            return Buffer.buffer(json.writeValueAsBytes(ErrorBody.of(refusal, correlationId)));
        } catch (JsonProcessingException e) {
            return encodePlain(refusal, correlationId);
        }
    }

    /** Details that are no JSON must not cost the caller the code. */
    private Buffer encodePlain(FederationException refusal, String correlationId) {
        try {
            FederationException plain = new FederationException(refusal.code(), refusal.getMessage());
            return Buffer.buffer(
                    json.writeValueAsBytes(ErrorBody.of(plain.retryable(refusal.retryable()), correlationId)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("strings do not encode", e);
        }
    }

    private Answer.Payload payload(Object body, Exchange exchange, Executor workers) throws Exception {
        if (body instanceof Flow.Publisher<?> publisher) {
            return new Answer.Pieces(publisher, Answer.Pieces.UNKNOWN);
        }
        if (body instanceof InputStream in) {
            return new Answer.Pieces(new StreamSource(in, workers), Answer.Pieces.UNKNOWN);
        }
        Buffer bytes = bytes(body, exchange);
        return bytes.length() <= ByteSlices.SLICE_BYTES
                ? new Answer.Whole(bytes)
                : new Answer.Pieces(new ByteSlices(bytes), bytes.length());
    }

    private Buffer bytes(Object body, Exchange exchange) throws Exception {
        if (body == null) {
            return NOTHING;
        }
        if (body instanceof byte[] bytes) {
            return Buffer.buffer(bytes);
        }
        if (body instanceof String text) {
            return Buffer.buffer(text.getBytes(StandardCharsets.UTF_8));
        }
        if (body instanceof Buffer buffer) {
            return buffer;
        }
        return Buffer.buffer(
                body instanceof StreamCache
                        ? exchange.getMessage().getMandatoryBody(byte[].class)
                        : json.writeValueAsBytes(body));
    }

    private static int status(Message message) {
        Object status = message.getHeader(Exchange.HTTP_RESPONSE_CODE);
        if (status == null) {
            return message.getBody() == null ? NO_CONTENT : OK;
        }
        int code = Integer.parseInt(status.toString());
        if (code < LOWEST_STATUS || code > HIGHEST_STATUS) {
            throw new IllegalArgumentException("no HTTP status: " + code);
        }
        return code;
    }

    private static MultiMap headers(Map<String, ?> from) {
        MultiMap headers = HttpHeaders.headers();
        headers.set(HttpHeaders.CONTENT_TYPE, JSON);
        ResponseHeaders.copy(from, headers);
        return headers;
    }

    /** A bug here, told without its inner life. Worth a retry only where a retry does nothing twice. */
    static FederationException internalError(boolean retryable) {
        return new FederationException(ErrorCode.INTERNAL_ERROR, "The gateway failed to answer this request.")
                .retryable(retryable);
    }
}
