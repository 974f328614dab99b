package org.agentos.federation.peer;

import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Settings named in the registry file as {@code {{name}}}, so that a peer on this listener follows its port. */
final class Placeholders {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^{}]+)}}");

    private Placeholders() {}

    /** @throws IllegalArgumentException with what is wrong, when a name stands for nothing */
    static String fill(String template, Function<String, Optional<String>> property) {
        return PLACEHOLDER
                .matcher(template)
                .replaceAll(found -> Matcher.quoteReplacement(property.apply(found.group(1))
                        .orElseThrow(() -> new IllegalArgumentException("names no setting with " + found.group()))));
    }
}
