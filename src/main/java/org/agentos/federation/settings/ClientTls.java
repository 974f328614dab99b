package org.agentos.federation.settings;

import java.nio.file.Path;
import java.util.Optional;

/**
 * TLS of every call to a peer, from PEM files. Certificate and key come together or not at all.
 *
 * @param ca trusted instead of the JVM's own list
 */
public record ClientTls(Optional<Path> certificate, Optional<Path> key, Optional<Path> ca) {
    public static final ClientTls NONE = new ClientTls(Optional.empty(), Optional.empty(), Optional.empty());
}
