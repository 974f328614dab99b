package org.agentos.federation.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Which stack this is and which peers it knows.
 *
 * @param peersFile absent when the default file does not exist: no registry
 * @param peersFileNamed whether somebody chose it, rather than leaving the one the gateway ships with
 * @param defaultTenant of requests that name none; never in prod
 * @param reloadInterval how often files that may change at run time are looked at; zero = never
 * @param routesReload whether changed route files of extensions are taken over at run time; never in prod
 */
public record StackSettings(
        Optional<Path> peersFile,
        boolean peersFileNamed,
        Optional<String> stackId,
        Optional<String> environment,
        Optional<String> region,
        Optional<String> defaultTenant,
        Duration reloadInterval,
        boolean routesReload) {}
