package org.agentos.federation.forward;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/**
 * The body of a peer's answer, read whole up to a size and handed on as plain JSON bytes, whatever its headers say: camel-http
 * would unpack gzip without an end, and take a charset that it does not know for a failure of the call.
 */
final class AnswerBody {
    /** A run's id and URL fit a hundred times; a peer that sends without end must not fill memory. */
    static final int MAX_BYTES = 1 << 20;

    private AnswerBody() {}

    /**
     * Reads it within the time of its attempt. A refusal is one however much comes with it: of its text the beginning is kept.
     *
     * @throws PeerCallLimits.TooLargeException for an answer with 2xx that is larger, packed or unpacked
     */
    static ClassicHttpResponse readWhole(ClassicHttpResponse response) throws IOException {
        HttpEntity entity = response.getEntity();
        if (entity == null) {
            return response;
        }
        byte[] sent = sent(response, entity.getContent());
        byte[] body = bounded(isGzip(response) ? unpacked(sent) : sent, response);
        response.removeHeaders(HttpHeaders.CONTENT_ENCODING);
        response.setHeader(HttpHeaders.CONTENT_TYPE, ContentType.APPLICATION_JSON);
        response.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
        return response;
    }

    /** Of one that is too large, the connection is closed and not the stream, which would read on to its end. */
    private static byte[] sent(ClassicHttpResponse response, InputStream in) throws IOException {
        byte[] sent = in.readNBytes(MAX_BYTES + 1);
        if (sent.length > MAX_BYTES) {
            response.close();
        } else {
            in.close();
        }
        return sent;
    }

    private static byte[] bounded(byte[] body, ClassicHttpResponse response) {
        if (body.length <= MAX_BYTES) {
            return body;
        }
        PeerCallLimits.TooLargeException tooLarge = new PeerCallLimits.TooLargeException(response.getCode());
        if (tooLarge.isSuccess()) {
            throw tooLarge;
        }
        return Arrays.copyOf(body, MAX_BYTES);
    }

    private static boolean isGzip(ClassicHttpResponse response) {
        Header coding = response.getFirstHeader(HttpHeaders.CONTENT_ENCODING);
        return coding != null && coding.getValue() != null && coding.getValue().contains("gzip");
    }

    /** One byte more than is taken, at most. What is no gzip stays as it came, and is no JSON either. */
    private static byte[] unpacked(byte[] packed) {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return in.readNBytes(MAX_BYTES + 1);
        } catch (IOException notGzip) {
            return packed;
        }
    }
}
