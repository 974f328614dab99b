package org.agentos.federation.issuer;

import java.nio.file.Path;
import java.util.List;

/** An operator's own keys, which stay what they were at the start: the first signs, all are published. */
public final class GivenKeys implements KeyRing {
    private final List<OwnKey> keys;

    private GivenKeys(List<OwnKey> keys) {
        this.keys = keys;
    }

    /**
     * Reads PEM private keys.
     *
     * @throws IllegalArgumentException with what is wrong with the file, as the end of a sentence
     */
    public static GivenKeys read(Path file) {
        return new GivenKeys(PemKeys.read(file));
    }

    @Override
    public OwnKey signing() {
        return keys.get(0);
    }

    @Override
    public List<OwnKey> published() {
        return keys;
    }

    @Override
    public boolean holds(String kid) {
        return keys.stream().anyMatch(key -> key.kid().equals(kid));
    }
}
