package org.agentos.federation.mirror;

import com.nimbusds.jwt.JWTParser;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.trust.Caller;

/**
 * The newest token each principal has shown for each peer, for the mirrors that run on after their callers have gone. In
 * memory only, bounded, never logged. A token is kept per peer: it goes only to the one its caller was dealing with.
 */
public final class CallerTokens {
    /** Who may use the token, and where. */
    record Key(String stackId, String tenantId, String principalId) {}

    private record Kept(String authorization, Instant until) {
        @Override
        public String toString() {
            return "Kept[until=" + until + "]";
        }
    }

    /** Many principals, or one that makes up names, must not fill the memory: the eldest token goes. */
    private static final int MAX_TOKENS = 10_000;

    /** A longer header is not kept. */
    private static final int MAX_LENGTH = 8 * 1024;

    /** A token that does not tell its own end is not trusted for longer. */
    private static final Duration MAX_AGE = Duration.ofHours(1);

    private final InstantSource clock;
    private final Map<Key, Kept> tokens = new LinkedHashMap<>();
    private final Map<Key, List<Runnable>> waiting = new HashMap<>();

    public CallerTokens(InstantSource clock) {
        this.clock = clock;
    }

    /** Takes the caller's token, if there is one, for use at this peer; wakes the mirrors that wait for it. */
    public void offer(Peer peer, Caller caller) {
        boolean wanted = peer.token() == Peer.Token.CALLER
                && caller.tenantId().isPresent()
                && caller.principalId().isPresent()
                && caller.authorization().filter(a -> a.length() <= MAX_LENGTH).isPresent();
        if (wanted) {
            Key key = new Key(
                    peer.stackId(),
                    caller.tenantId().get(),
                    caller.principalId().get());
            keep(key, caller.authorization().get()).forEach(Runnable::run);
        }
    }

    private synchronized List<Runnable> keep(Key key, String authorization) {
        Instant until = until(authorization);
        if (!until.isAfter(clock.instant())) {
            return List.of();
        }
        tokens.remove(key);
        tokens.put(key, new Kept(authorization, until));
        if (tokens.size() > MAX_TOKENS) {
            tokens.remove(tokens.keySet().iterator().next());
        }
        List<Runnable> woken = waiting.remove(key);
        return woken == null ? List.of() : woken;
    }

    /** The newest token that has not expired. */
    synchronized Optional<String> newest(Key key) {
        Kept kept = tokens.get(key);
        if (kept != null && !kept.until().isAfter(clock.instant())) {
            tokens.remove(key);
            return Optional.empty();
        }
        return Optional.ofNullable(kept).map(Kept::authorization);
    }

    /** Forgets a token the peer did not take, unless a newer one has come since. */
    synchronized void drop(Key key, String authorization) {
        Kept kept = tokens.get(key);
        if (kept != null && kept.authorization().equals(authorization)) {
            tokens.remove(key);
        }
    }

    /** Calls back once when a token is at hand; what is returned calls that off. One wait per mirror at most. */
    synchronized Runnable whenOffered(Key key, Runnable wake) {
        if (newest(key).isPresent()) {
            wake.run();
            return () -> {};
        }
        waiting.computeIfAbsent(key, none -> new ArrayList<>(1)).add(wake);
        return () -> callOff(key, wake);
    }

    private synchronized void callOff(Key key, Runnable wake) {
        List<Runnable> wakes = waiting.get(key);
        if (wakes != null && wakes.remove(wake) && wakes.isEmpty()) {
            waiting.remove(key);
        }
    }

    /** The token's own end, unverified: it only spares a call that the peer would refuse. */
    private Instant until(String authorization) {
        Instant latest = clock.instant().plus(MAX_AGE);
        try {
            String token = authorization.substring(authorization.indexOf(' ') + 1);
            Date end = JWTParser.parse(token).getJWTClaimsSet().getExpirationTime();
            return end == null || end.toInstant().isAfter(latest) ? latest : end.toInstant();
        } catch (ParseException | IllegalArgumentException opaque) {
            return latest;
        }
    }
}
