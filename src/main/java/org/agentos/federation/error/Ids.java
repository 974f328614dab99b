package org.agentos.federation.error;

import java.util.Optional;

/** The one rule for tenant, principal, run, agent, peer and event ids: 1..256 characters, none of them a control character. */
public final class Ids {
    public static final int MAX_LENGTH = 256;

    private Ids() {}

    /** What is wrong with an id, as the end of a sentence that begins with its name; empty when it is fit. */
    public static Optional<String> problem(String id) {
        if (id.isEmpty()) {
            return Optional.of("is empty");
        }
        if (id.length() > MAX_LENGTH) {
            return Optional.of("is longer than " + MAX_LENGTH + " characters");
        }
        return hasUnfit(id) ? Optional.of("contains a control character") : Optional.empty();
    }

    /** A loop and no stream: this runs for each id of each event. */
    private static boolean hasUnfit(String id) {
        for (int i = 0; i < id.length(); i += Character.charCount(id.codePointAt(i))) {
            if (unfit(id.codePointAt(i))) {
                return true;
            }
        }
        return false;
    }

    /** Whether a header carries the id as it is; elsewhere it becomes question marks, and two ids would be one. */
    public static boolean fitHeader(String id) {
        return id.equals(id.strip()) && id.chars().allMatch(character -> character >= ' ' && character <= '~');
    }

    /** Lone surrogates count as control characters: they have no UTF-8 form and would come back as another id. */
    private static boolean unfit(int codePoint) {
        return Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE;
    }
}
