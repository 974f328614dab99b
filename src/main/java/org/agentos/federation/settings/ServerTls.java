package org.agentos.federation.settings;

import java.nio.file.Path;
import java.util.Optional;

/**
 * TLS of the listener, from PEM files.
 *
 * @param requireClient a client without a certificate of {@code clientCa} does not get past the handshake; needs
 *     {@code clientCa}
 */
public record ServerTls(Path certificate, Path key, Optional<Path> clientCa, boolean requireClient) {}
