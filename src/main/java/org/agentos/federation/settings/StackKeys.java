package org.agentos.federation.settings;

import static org.agentos.federation.settings.SettingType.TEXT;
import static org.agentos.federation.settings.SettingType.duration;

import java.time.Duration;
import java.util.List;

/** Settings of this stack: what it is, and where its files are. */
public final class StackKeys {
    private static final KeySection SECTION = new KeySection();

    public static final Key<Profile> PROFILE = SECTION.named(
            "federation.profile", "AGENTOS_PROFILE", "dev", SettingType.PROFILE, "how much is believed without proof");
    public static final Key<String> PEERS_FILE = SECTION.named(
            "federation.peers-file", "AGENTOS_PEERS_FILE", "config/peers.json", TEXT, "the peer registry");
    public static final Key<String> STACK_ID = SECTION.named(
            "federation.stack-id",
            "AGENTOS_STACK_ID",
            "",
            SettingType.STACK_ID,
            "this stack's id, over the registry's local part");
    public static final Key<String> ENVIRONMENT = SECTION.named(
            "federation.environment", "AGENTOS_ENVIRONMENT", "", TEXT, "this stack's environment, over the registry's");
    public static final Key<String> REGION =
            SECTION.named("federation.region", "AGENTOS_REGION", "", TEXT, "this stack's region, over the registry's");
    public static final Key<String> DATA_DIR =
            SECTION.key("federation.data-dir", "data/federation", TEXT, "where state is kept");
    public static final Key<Duration> RELOAD_INTERVAL = SECTION.key(
            "federation.reload-interval",
            "1s",
            duration(Duration.ZERO, Duration.ofHours(1)),
            "how often peers and redelivery are looked at for changes; 0s = by signal and command only");
    public static final Key<Boolean> ROUTES_RELOAD = SECTION.key(
            "federation.routes-reload",
            "false",
            SettingType.SWITCH,
            "route files of extensions are taken over when they change, for development; not in prod");
    public static final Key<String> DEFAULT_TENANT = SECTION.named(
            "federation.default-tenant", "AGENTOS_DEFAULT_TENANT", "", TEXT, "tenant when a request names none");

    private StackKeys() {}

    static List<Key<?>> all() {
        return SECTION.keys();
    }
}
