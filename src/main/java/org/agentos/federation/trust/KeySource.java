package org.agentos.federation.trust;

import com.nimbusds.jose.JWSAlgorithm;
import java.util.List;
import java.util.Optional;

/** Where the keys are by which tokens are verified. May be called from any thread. */
public interface KeySource {

    /**
     * The keys a token may have been signed with: those that are good for its algorithm and carry its key id, or none.
     *
     * @throws org.agentos.federation.error.FederationException {@code unavailable} when the keys cannot be had at the
     *     moment, so that nothing can be said about the token
     */
    List<VerificationKey> find(Optional<String> keyId, JWSAlgorithm algorithm);

    /** Where the keys of the moment are from. What they verified is not taken as verified once this is another. */
    default Object origin() {
        return this;
    }
}
