package org.agentos.federation.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Shows the key of the moment. A handshake asks for an alias first and for its key and chain later: one that began before a
 * change still gets those of the alias it was given.
 */
final class LiveKeyManager extends X509ExtendedKeyManager {
    private volatile Generations keys;

    private record Generations(X509ExtendedKeyManager now, X509ExtendedKeyManager before) {}

    LiveKeyManager(X509ExtendedKeyManager first) {
        this.keys = new Generations(first, first);
    }

    void become(X509ExtendedKeyManager next) {
        keys = new Generations(next, keys.now());
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return keys.now().getClientAliases(keyType, issuers);
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return keys.now().chooseClientAlias(keyTypes, issuers, socket);
    }

    @Override
    public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
        return keys.now().chooseEngineClientAlias(keyTypes, issuers, engine);
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return keys.now().getServerAliases(keyType, issuers);
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return keys.now().chooseServerAlias(keyType, issuers, socket);
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        return keys.now().chooseEngineServerAlias(keyType, issuers, engine);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return ofEither(manager -> manager.getCertificateChain(alias));
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return ofEither(manager -> manager.getPrivateKey(alias));
    }

    private <T> T ofEither(Function<X509ExtendedKeyManager, T> question) {
        Generations asked = keys;
        T now = question.apply(asked.now());
        return now == null ? question.apply(asked.before()) : now;
    }
}
