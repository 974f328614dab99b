package org.agentos.federation.issuer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys this gateway makes for itself, the first when it is needed and a new one when the newest has reached its lifetime. A
 * new key is published for a while before it signs, because peers keep what they fetched; an old one for a while after,
 * because its last tokens are still good.
 */
public final class MadeKeys implements KeyRing {
    private static final Logger LOG = LoggerFactory.getLogger(MadeKeys.class);

    /** Twice what peers are told they may keep the key set for. */
    static final Duration PUBLISHED_BEFORE = Duration.ofMinutes(10);

    /** The longest life of a token, and as much again for clocks that differ. */
    static final Duration PUBLISHED_AFTER = Duration.ofMinutes(10);

    /** A disk that is full is not asked again for every token. */
    private static final Duration TRY_AGAIN = Duration.ofMinutes(1);

    private final KeyFile file;
    private final Duration lifetime;
    private final SecureRandom random;
    private final InstantSource clock;
    /** Oldest first. */
    private volatile List<OwnKey> keys;

    private volatile Instant notBefore = Instant.MIN;

    private MadeKeys(KeyFile file, List<OwnKey> keys, Duration lifetime, SecureRandom random, InstantSource clock) {
        this.file = file;
        this.keys = keys;
        this.lifetime = lifetime;
        this.random = random;
        this.clock = clock;
    }

    /**
     * Reads the keys of before; writes nothing.
     *
     * @param file need not exist; its folder must when a key is needed
     * @param lifetime after which the newest key is followed by another
     * @throws IOException when there is a file that cannot be read
     */
    public static MadeKeys open(Path file, Duration lifetime, SecureRandom random, InstantSource clock)
            throws IOException {
        KeyFile keyFile = new KeyFile(file);
        List<OwnKey> keys = keyFile.read().stream()
                .sorted(Comparator.comparing(OwnKey::made))
                .toList();
        return new MadeKeys(keyFile, keys, lifetime, random, clock);
    }

    @Override
    public OwnKey signing() {
        Instant now = clock.instant();
        return signing(current(now), now);
    }

    /** The newest that has been published for long enough; the first key has to do at once. */
    private static OwnKey signing(List<OwnKey> keys, Instant now) {
        for (int i = keys.size() - 1; i > 0; i--) {
            if (!now.isBefore(signsFrom(keys.get(i)))) {
                return keys.get(i);
            }
        }
        return keys.get(0);
    }

    @Override
    public List<OwnKey> published() {
        Instant now = clock.instant();
        return published(current(now), now);
    }

    private static List<OwnKey> published(List<OwnKey> keys, Instant now) {
        int first = 0;
        while (first < keys.size() - 1
                && !now.isBefore(signsFrom(keys.get(first + 1)).plus(PUBLISHED_AFTER))) {
            first++;
        }
        return keys.subList(first, keys.size());
    }

    private static Instant signsFrom(OwnKey successor) {
        return successor.made().plus(PUBLISHED_BEFORE);
    }

    @Override
    public boolean holds(String kid) {
        return keys.stream().anyMatch(key -> key.kid().equals(kid));
    }

    private List<OwnKey> current(Instant now) {
        List<OwnKey> known = keys;
        return isDue(known, now) ? renewed(now) : known;
    }

    private boolean isDue(List<OwnKey> known, Instant now) {
        return known.isEmpty()
                || (!now.isBefore(known.get(known.size() - 1).made().plus(lifetime)) && !now.isBefore(notBefore));
    }

    private synchronized List<OwnKey> renewed(Instant now) {
        if (!isDue(keys, now)) {
            return keys;
        }
        List<OwnKey> next = new ArrayList<>(keys.isEmpty() ? keys : published(keys, now));
        next.add(OwnKey.generate(random, now));
        try {
            file.write(next);
            keys = List.copyOf(next);
            LOG.info("Key for own tokens made kid={}", next.get(next.size() - 1).kid());
        } catch (IOException e) {
            keepOld(now, e);
        }
        return keys;
    }

    /** What peers know goes on; without any key nothing can be signed that a restart would not disown. */
    private void keepOld(Instant now, IOException failure) {
        if (keys.isEmpty()) {
            throw new UncheckedIOException("no key for own tokens can be kept in " + file.path(), failure);
        }
        notBefore = now.plus(TRY_AGAIN);
        LOG.warn(
                "Key for own tokens not renewed, the old one signs on file={} cause={}",
                file.path(),
                failure.toString());
    }
}
