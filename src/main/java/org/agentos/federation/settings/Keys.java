package org.agentos.federation.settings;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every setting there is, a class for each section. The variables without {@code AGENTOS_FED_} and those of the contract
 * keep their names; all others are the property in upper case with {@code AGENTOS_FED_} before it. docs/configuration.md
 * prints this table and a test compares the two.
 */
public final class Keys {
    private static final List<Key<?>> ALL = Stream.of(
                    StackKeys.all(),
                    HttpKeys.all(),
                    TrustKeys.all(),
                    JwtKeys.all(),
                    AuditKeys.all(),
                    ForwardingKeys.all(),
                    HolderKeys.all(),
                    IngestKeys.all(),
                    EventLogKeys.all(),
                    StreamKeys.all(),
                    LimitKeys.all(),
                    MirrorKeys.all(),
                    ShutdownKeys.all())
            .flatMap(List::stream)
            .collect(Collectors.toUnmodifiableList());

    private Keys() {}

    /** Every key, section by section. */
    public static List<Key<?>> all() {
        return ALL;
    }
}
