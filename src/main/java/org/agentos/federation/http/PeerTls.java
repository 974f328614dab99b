package org.agentos.federation.http;

import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import org.agentos.federation.settings.ClientTls;
import org.apache.camel.CamelContext;
import org.apache.camel.support.jsse.SSLContextParameters;

/**
 * TLS of calls to peers for camel-http, from PEM files. Host names are verified as camel-http does by default; nothing
 * here turns that off.
 */
public final class PeerTls extends SSLContextParameters {
    private final TlsMaterial material;

    /** @throws IllegalArgumentException naming the unfit file and its fault */
    public PeerTls(ClientTls tls) {
        this.material = TlsMaterial.of(tls);
    }

    @Override
    public SSLContext createSSLContext(CamelContext camelContext) throws GeneralSecurityException {
        return material.sslContext();
    }
}
