package org.agentos.federation.forward;

import java.util.List;
import java.util.Optional;

/**
 * Which peer a forward asks for: a named one, or any that is in a region and can do something.
 *
 * @param preferredModelTier orders candidates, never refuses one
 */
public record TargetSelector(
        Optional<String> stackId,
        Optional<String> region,
        List<String> requiredCapabilities,
        Optional<String> preferredModelTier) {

    boolean canChoose() {
        return stackId.isPresent() || region.isPresent() || !requiredCapabilities.isEmpty();
    }
}
