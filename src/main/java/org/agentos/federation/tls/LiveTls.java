package org.agentos.federation.tls;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The TLS material of one side as it stands now. A reload puts another one in its place, and those who hold servers and
 * clients are told, so that the next handshake shows and trusts the new one.
 */
public final class LiveTls {
    private final InstantSource clock;
    private final List<Consumer<TlsMaterial>> users = new CopyOnWriteArrayList<>();
    private volatile TlsMaterial now;

    public LiveTls(TlsMaterial first, InstantSource clock) {
        this.now = first;
        this.clock = clock;
    }

    public TlsMaterial now() {
        return now;
    }

    /** Tells of every later material, on the thread that reloads. */
    public void onChange(Consumer<TlsMaterial> user) {
        users.add(user);
    }

    /** Takes another material over. */
    public void become(TlsMaterial next) {
        now = next;
        users.forEach(user -> user.accept(next));
    }

    /** Whether no certificate of the chain is over, or not valid yet. */
    public boolean isInDate(List<X509Certificate> chain) {
        Instant at = clock.instant();
        return chain.stream()
                .allMatch(certificate -> Validity.problem(certificate, at).isEmpty());
    }
}
