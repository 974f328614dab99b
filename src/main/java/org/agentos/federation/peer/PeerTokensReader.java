package org.agentos.federation.peer;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Reads by which keys a peer's own tokens are verified; a file of keys is read with the registry, so that both change together. */
final class PeerTokensReader {
    /** As long as an issuer's name may be that a gateway is given. */
    private static final int MAX_ISSUER = 256;

    /** A wrong path is refused instead of read into memory. */
    private static final int MAX_FILE_BYTES = 1 << 20;

    private final Path folder;

    private record Keys(String place, Optional<String> content) {}

    /** @param folder of the registry file, in which a relative path begins */
    PeerTokensReader(Path folder) {
        this.folder = folder;
    }

    /**
     * Reads the member {@code tokens} of a peer. Empty where it cannot be used, which is then among the problems.
     */
    Optional<PeerTokens> read(FileObject peer, FileObject tokens) {
        requireTenants(peer);
        tokens.require("issuer");
        tokens.require("keys");
        Optional<String> issuer = tokens.parsed("issuer", PeerTokensReader::issuer);
        Optional<Keys> keys = tokens.parsed("keys", this::keys);
        tokens.reportUnknown();
        return issuer.flatMap(name -> keys.map(found -> new PeerTokens(name, found.place(), found.content())));
    }

    /** Whose data a peer may name by its own signature is said, never left open. */
    private static void requireTenants(FileObject peer) {
        if (!peer.has("policy", "tenants")) {
            peer.problem("policy.tenants", "is missing: tokens needs it, [\"*\"] is all tenants");
        }
    }

    private static String issuer(String text) {
        if (text.length() > MAX_ISSUER) {
            throw new IllegalArgumentException("must have at most " + MAX_ISSUER + " characters");
        }
        return text;
    }

    private Keys keys(String place) {
        String lower = place.toLowerCase(Locale.ROOT);
        if (lower.startsWith("http://") || lower.startsWith("https://")) {
            requireUrl(place);
            return new Keys(place, Optional.empty());
        }
        return new Keys(place, Optional.of(content(place)));
    }

    private static void requireUrl(String text) {
        try {
            URI url = new URI(text);
            if (url.getHost() != null && url.getRawUserInfo() == null && url.getRawFragment() == null) {
                return;
            }
        } catch (URISyntaxException e) {
            // refused below, like any other text that is no address
        }
        throw new IllegalArgumentException("must be a URL with a host and without user, password and fragment");
    }

    private String content(String place) {
        try (InputStream in = Files.newInputStream(folder.resolve(place))) {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw new IllegalArgumentException("names a file of more than " + MAX_FILE_BYTES + " bytes: " + place);
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException("names a file that cannot be read: " + place, e);
        }
    }
}
