package org.agentos.federation.stream;

import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.agentos.federation.error.ErrorBody;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.http.InboundRequest;
import org.agentos.federation.sse.FrameWriter;

/**
 * A refusal told inside a stream of status 200, for clients that see no other status: those that ask with
 * {@code errors=stream}.
 */
public record StreamRefusal(String contentType, Buffer body) {

    /** Empty when the client did not ask for it, or wants a form that is no stream. */
    public static Optional<StreamRefusal> of(
            InboundRequest request, FederationException refusal, String correlationId) {
        if (!"stream".equals(request.query().get("errors"))) {
            return Optional.empty();
        }
        return form(request).map(form -> of(form, ErrorBody.of(refusal, correlationId)));
    }

    private static StreamRefusal of(Form form, ErrorBody error) {
        Buffer body = Buffer.buffer();
        if (form == Form.SSE) {
            FrameWriter.error(body, WireJson.bytes(error));
        } else {
            NdjsonFormat.error(body, error);
        }
        return new StreamRefusal(form.mediaType(), body);
    }

    private static Optional<Form> form(InboundRequest request) {
        try {
            return Optional.of(Form.accepted(request.header("Accept"))).filter(form -> form != Form.JSON_PAGE);
        } catch (FederationException notAcceptable) {
            return Optional.empty();
        }
    }
}
