package org.agentos.federation.settings;

/**
 * One thing an operator can set: a property in {@code config/application.properties} and an environment variable, which
 * wins. A value that is empty counts as not set.
 *
 * @param defaultText as it would be written in the file; empty = off
 */
public record Key<T>(String property, String variable, String defaultText, SettingType<T> type, String meaning) {

    /** How the kind of value is called in the documentation, bounds included. */
    public String typeName() {
        return type.name();
    }
}
