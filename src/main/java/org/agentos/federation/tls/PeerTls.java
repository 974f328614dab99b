package org.agentos.federation.tls;

import java.security.GeneralSecurityException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;
import org.apache.camel.CamelContext;
import org.apache.camel.component.http.HttpEndpoint;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.hc.core5.pool.ConnPoolControl;
import org.apache.hc.core5.util.TimeValue;

/**
 * TLS of calls to peers for camel-http. Host names are verified as camel-http does by default; nothing here turns that
 * off. camel-http asks for a context once, so the managers in it follow changes.
 */
public final class PeerTls extends SSLContextParameters {
    private final Optional<LiveKeyManager> key;
    private final Optional<LiveTrustManager> trust;
    private final List<Made> made = new CopyOnWriteArrayList<>();

    private record Made(SSLContext context, CamelContext camel) {}

    /** Whether there is a client certificate, and whether there is a CA, is settled by the material it begins with. */
    public PeerTls(LiveTls tls) {
        this.key = tls.now().key().map(shown -> new LiveKeyManager(shown.manager()));
        this.trust = tls.now().trust().map(trusted -> new LiveTrustManager(trusted.manager()));
        tls.onChange(this::become);
    }

    @Override
    public SSLContext createSSLContext(CamelContext camelContext) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                key.map(manager -> new KeyManager[] {manager}).orElse(null),
                trust.map(manager -> new TrustManager[] {manager}).orElse(null),
                null);
        made.add(new Made(context, camelContext));
        return context;
    }

    private void become(TlsMaterial next) {
        next.key().ifPresent(shown -> key.ifPresent(manager -> manager.become(shown.manager())));
        next.trust().ifPresent(trusted -> trust.ifPresent(manager -> manager.become(trusted.manager())));
        made.forEach(each -> {
            forget(each.context().getClientSessionContext());
            closeIdle(each.camel());
        });
    }

    /** A session that is resumed shows and checks no certificate. */
    private static void forget(SSLSessionContext sessions) {
        Collections.list(sessions.getIds())
                .forEach(id -> Optional.ofNullable(sessions.getSession(id)).ifPresent(session -> session.invalidate()));
    }

    /** A connection of before is not used for another call. */
    private static void closeIdle(CamelContext camel) {
        camel.getEndpoints().stream()
                .filter(HttpEndpoint.class::isInstance)
                .map(endpoint -> ((HttpEndpoint) endpoint).getClientConnectionManager())
                .filter(ConnPoolControl.class::isInstance)
                .forEach(pool -> ((ConnPoolControl<?>) pool).closeIdle(TimeValue.ZERO_MILLISECONDS));
    }
}
