package org.agentos.federation.settings;

import static org.agentos.federation.settings.SettingType.NAMES;
import static org.agentos.federation.settings.SettingType.STACK_ID;
import static org.agentos.federation.settings.SettingType.TEXT;
import static org.agentos.federation.settings.SettingType.duration;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Settings of the tokens that callers show and of those this gateway issues for its calls to peers. */
public final class JwtKeys {
    private static final KeySection SECTION = new KeySection();

    private static final Duration MOST_LEEWAY = Duration.ofMinutes(5);

    /** The contract's bound for a token of the gateway's own. */
    private static final Duration MOST_LIFETIME = Duration.ofMinutes(5);

    public static final Key<Set<String>> ISSUERS = SECTION.key(
            "federation.jwt.issuers", "", NAMES, "the only issuers (iss) whose tokens are taken; not set: any");
    public static final Key<Set<String>> AUDIENCES = SECTION.key(
            "federation.jwt.audiences",
            "",
            NAMES,
            "a caller's token must be meant for one of these (aud); not set: for anybody");
    public static final Key<Duration> LEEWAY = SECTION.key(
            "federation.jwt.leeway",
            "5s",
            duration(Duration.ZERO, MOST_LEEWAY),
            "by which the clocks of issuer and gateway may differ");
    public static final Key<String> OWN_KEY_FILE = SECTION.key(
            "federation.own-token.key-file",
            "",
            TEXT,
            "PEM private keys: the first signs, all are published; not set: keys of its own in the data directory");
    public static final Key<Duration> OWN_KEY_LIFETIME = SECTION.key(
            "federation.own-token.key-lifetime",
            "30d",
            duration(Duration.ofHours(1), Duration.ofDays(3650)),
            "after which a key of its own is followed by a new one");
    public static final Key<String> OWN_ISSUER =
            SECTION.key("federation.own-token.issuer", "", STACK_ID, "iss of its tokens; not set: the stack's id");
    public static final Key<Duration> OWN_LIFETIME = SECTION.key(
            "federation.own-token.lifetime",
            "5m",
            duration(Duration.ofSeconds(30), MOST_LIFETIME),
            "of its tokens; each is used for the first half of it");
    public static final Key<Set<String>> OWN_SCOPES = SECTION.key(
            "federation.own-token.scopes",
            "runs:write,runs:forward,runs:read,runs:cancel,events:read",
            NAMES,
            "scope of its tokens");

    private JwtKeys() {}

    static List<Key<?>> all() {
        return SECTION.keys();
    }
}
