package org.agentos.federation.settings;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads the origins that may call from a browser; every entry that is unfit is a problem of its own. */
final class CorsReader {
    private final SettingsSource source;
    private final Profile profile;

    CorsReader(SettingsSource source, Profile profile) {
        this.source = source;
        this.profile = profile;
    }

    CorsSettings read() {
        List<String> entries = source.optional(HttpKeys.CORS_ORIGINS)
                .map(list -> List.of(list.split(",", -1)))
                .orElse(List.of());
        Set<String> origins = new LinkedHashSet<>();
        boolean any = false;
        for (String entry : entries) {
            any |= entry.strip().equals(CorsSettings.ANY);
            if (!entry.strip().equals(CorsSettings.ANY)) {
                add(entry.strip(), origins);
            }
        }
        refuseBadAny(any, entries.size());
        return new CorsSettings(any, Set.copyOf(origins), source.value(HttpKeys.CORS_MAX_AGE));
    }

    private void add(String entry, Set<String> origins) {
        try {
            origins.add(WebOrigin.of(entry));
        } catch (IllegalArgumentException unfit) {
            source.problem(HttpKeys.CORS_ORIGINS, "names \"" + entry + "\", which " + unfit.getMessage());
        }
    }

    private void refuseBadAny(boolean any, int entries) {
        if (any && profile == Profile.PROD) {
            source.problem(HttpKeys.CORS_ORIGINS, "must name each origin, not *: AGENTOS_PROFILE=prod forbids it");
        }
        if (any && entries > 1) {
            source.problem(HttpKeys.CORS_ORIGINS, "has * beside other origins; leave it alone or leave it out");
        }
    }
}
