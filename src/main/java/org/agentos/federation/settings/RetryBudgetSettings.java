package org.agentos.federation.settings;

/**
 * How many calls to a peer may be repetitions.
 *
 * @param share retries for each request
 * @param floor retries granted in any case, so that a lone request keeps all its attempts
 */
public record RetryBudgetSettings(double share, int floor) {}
