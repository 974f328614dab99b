package org.agentos.federation.trust;

import com.nimbusds.jose.JWSAlgorithm;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The keys for callers' tokens as they stand now. Those of a file are read again with each reload; those behind a URL follow
 * their issuer by themselves. May be used from any thread.
 */
public final class CallerKeys implements KeySource {
    private final Optional<Path> file;
    private volatile Reading now;

    /** One reading of the file, or what stands in its place. */
    public static final class Reading {
        private final String content;
        private final KeySource keys;

        private Reading(String content, KeySource keys) {
            this.content = content;
            this.keys = keys;
        }
    }

    private CallerKeys(Optional<Path> file, Reading first) {
        this.file = file;
        this.now = first;
    }

    /**
     * Opens what AGENTOS_FED_JWT_PUBLIC_KEY names.
     *
     * @throws IllegalArgumentException as {@link TokenKeys#open}
     */
    public static CallerKeys open(String location, HttpClient http, InstantSource clock) {
        Optional<Path> file = TokenKeys.file(location);
        Reading first =
                file.map(CallerKeys::read).orElseGet(() -> new Reading("", TokenKeys.open(location, http, clock)));
        return new CallerKeys(file, first);
    }

    /**
     * Reads the file again.
     *
     * @return empty where it says what it said before, and where there is none
     * @throws IllegalArgumentException with what is wrong, as {@link TokenKeys#open}
     */
    public Optional<Reading> readAgain() {
        return file.map(CallerKeys::read).filter(read -> !read.content.equals(now.content));
    }

    /** Takes another reading over: tokens that were verified before are verified again. */
    public void become(Reading next) {
        now = next;
    }

    private static Reading read(Path file) {
        try {
            String content = FixedKeys.content(file);
            return new Reading(content, FixedKeys.parse(content));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("names " + file + ", which " + e.getMessage(), e);
        }
    }

    @Override
    public List<VerificationKey> find(Optional<String> keyId, JWSAlgorithm algorithm) {
        return now.keys.find(keyId, algorithm);
    }

    @Override
    public Object origin() {
        return now;
    }
}
