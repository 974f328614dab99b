package org.agentos.federation.settings;

/** How much is believed without proof. */
public enum Profile {
    DEV,
    DEMO,
    PROD
}
