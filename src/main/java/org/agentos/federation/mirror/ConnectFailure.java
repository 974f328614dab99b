package org.agentos.federation.mirror;

import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.impl.NoStackTraceTimeoutException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

/** Fixed names for the ways in which a peer is not reached: they are shown to tenants, an exception's text is not. */
final class ConnectFailure {
    private ConnectFailure() {}

    static String name(Throwable failure) {
        if (failure instanceof ConnectTimeoutException || failure instanceof NoStackTraceTimeoutException) {
            return "connect_timeout";
        }
        if (failure instanceof UnknownHostException) {
            return "unknown_host";
        }
        if (failure instanceof ConnectException) {
            return "connect_failed";
        }
        if (failure instanceof SSLException || failure.getCause() instanceof SSLException) {
            return "tls_failed";
        }
        return failure instanceof HttpClosedException ? "connection_closed" : "connection_failed";
    }
}
