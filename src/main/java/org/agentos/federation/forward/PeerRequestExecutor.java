package org.agentos.federation.forward;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;

/**
 * Sends a request on a connection that stands, and reads the answer's head. Notes that it began to, since before that no call
 * can have reached the peer, and ends an exchange that consists of interim answers.
 */
final class PeerRequestExecutor extends HttpRequestExecutor {
    /** Honest peers send one or two; each is read and thrown away, which a flood of them would keep a thread busy with. */
    static final int MAX_INTERIM_ANSWERS = 16;

    private static final String SENT = PeerRequestExecutor.class.getName() + ".sent";

    /** Whether any byte of the request may have been sent. */
    static boolean wasSent(HttpContext context) {
        return context.getAttribute(SENT) != null;
    }

    @Override
    public ClassicHttpResponse execute(
            ClassicHttpRequest request,
            HttpClientConnection connection,
            HttpResponseInformationCallback informed,
            HttpContext context)
            throws IOException, HttpException {
        context.setAttribute(SENT, true);
        AtomicInteger interim = new AtomicInteger();
        HttpResponseInformationCallback counted = (answer, on, with) -> {
            if (interim.incrementAndGet() > MAX_INTERIM_ANSWERS) {
                throw new ProtocolException("more than " + MAX_INTERIM_ANSWERS + " interim answers");
            }
            if (informed != null) {
                informed.execute(answer, on, with);
            }
        };
        return super.execute(request, connection, counted, context);
    }
}
