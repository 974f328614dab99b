package org.agentos.federation.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Makes the keys of a section and knows them all: a key that is declared cannot be left out of {@link Keys#all}. */
final class KeySection {
    private static final String PREFIX = "federation.";

    private final List<Key<?>> keys = new ArrayList<>();

    /** A key whose variable is its property in upper case with {@code AGENTOS_FED_} before it. */
    <T> Key<T> key(String property, String defaultText, SettingType<T> type, String meaning) {
        String rest = property.substring(PREFIX.length());
        String variable =
                "AGENTOS_FED_" + rest.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
        return named(property, variable, defaultText, type, meaning);
    }

    /** A key whose variable has a name that was given elsewhere. */
    <T> Key<T> named(String property, String variable, String defaultText, SettingType<T> type, String meaning) {
        Key<T> key = new Key<>(property, variable, defaultText, type, meaning);
        keys.add(key);
        return key;
    }

    /** Those made so far, in the order in which they were made. */
    List<Key<?>> keys() {
        return List.copyOf(keys);
    }
}
