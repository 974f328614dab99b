package org.agentos.federation.startup;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.tls.LiveTls;
import org.agentos.federation.tls.TlsFiles;
import org.agentos.federation.tls.TlsMaterial;

/**
 * The certificates in use, of the listener and of calls to peers. Which files hold them is settled at the start; what the
 * files hold may change at any time.
 */
public final class Certificates {
    public final Optional<LiveTls> listener;
    public final LiveTls peers;
    private final Settings settings;

    /** One reading of all files, without a problem. */
    public record Read(Optional<TlsMaterial> listener, TlsMaterial peers) {}

    Certificates(Settings settings, Read read, InstantSource clock) {
        this.settings = settings;
        this.listener = read.listener().map(first -> new LiveTls(first, clock));
        this.peers = new LiveTls(read.peers(), clock);
    }

    /**
     * Reads and judges the files that these settings name.
     *
     * @param problems gets all that is wrong; then nothing is returned
     */
    static Optional<Read> read(Settings settings, Instant now, List<String> problems) {
        TlsFiles files = new TlsFiles(now);
        Optional<TlsMaterial> listener = settings.http().tls().flatMap(files::server);
        Optional<TlsMaterial> peers = files.client(settings.trust().clientTls());
        problems.addAll(files.problems());
        return files.problems().isEmpty() ? Optional.of(new Read(listener, peers.orElseThrow())) : Optional.empty();
    }

    /** Reads the files that the gateway was started with anew. */
    public Optional<Read> readAgain(Instant now, List<String> problems) {
        return read(settings, now, problems);
    }

    /** Which of them another reading has different: {@code listener}, {@code peers}. */
    public List<String> differences(Read next) {
        List<String> different = new ArrayList<>();
        listener.filter(live -> !next.listener().map(live.now()::isLike).orElse(true))
                .ifPresent(live -> different.add("listener"));
        if (!peers.now().isLike(next.peers())) {
            different.add("peers");
        }
        return different;
    }

    /** Has handshakes from now on use another reading, where it is different. */
    public void become(Read next) {
        List<String> different = differences(next);
        if (different.contains("listener")) {
            listener.ifPresent(live -> next.listener().ifPresent(live::become));
        }
        if (different.contains("peers")) {
            peers.become(next.peers());
        }
    }

    /** When the first certificate of each kind expires: {@code server}, {@code client}, {@code ca}, as far as there are such. */
    Map<String, Instant> expiries() {
        Map<String, Instant> expiries = new LinkedHashMap<>();
        listener.flatMap(live -> live.now().shownUntil()).ifPresent(until -> expiries.put("server", until));
        peers.now().shownUntil().ifPresent(until -> expiries.put("client", until));
        peers.now().trustedUntil().ifPresent(until -> expiries.put("ca", until));
        return expiries;
    }
}
