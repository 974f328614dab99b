package org.agentos.federation.settings;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Which stack this is and which peers it knows.
 *
 * @param peersFile absent when the default file does not exist: no registry
 * @param defaultTenant of requests that name none; never in prod
 */
public record StackSettings(
        Optional<Path> peersFile,
        Optional<String> stackId,
        Optional<String> environment,
        Optional<String> region,
        Optional<String> defaultTenant) {}
