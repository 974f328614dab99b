package org.agentos.federation.http;

import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpVersion;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;

/**
 * Decodes requests, and refuses one that tells its length twice, by Content-Length and by chunks: whatever stands before
 * the gateway may have believed the other one, and what follows would be a request it never saw (RFC 9112, section 6.1).
 */
final class StrictRequestDecoder extends VertxHttpRequestDecoder {
    StrictRequestDecoder(HttpServerOptions options) {
        super(options);
    }

    /** A version that is not spoken here is a request that cannot be read: its answer must not claim to be of that version. */
    @Override
    protected HttpMessage createMessage(String[] requestLine) {
        HttpMessage message = super.createMessage(requestLine);
        if (message.protocolVersion().majorVersion() != HttpVersion.HTTP_1_1.majorVersion()) {
            throw new IllegalArgumentException("another version than HTTP/1");
        }
        return message;
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
    }
}
