package org.agentos.federation.trial;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.NoSuchBeanException;

/** Says of a start that failed what the author of a route can do about it. */
final class StartFailure {
    private static final Pattern PLACEHOLDER =
            Pattern.compile("Property with key \\[([^\\]]+)\\] (?:not found|using function)");

    private StartFailure() {}

    /** The failure from the outside in, without repetitions, and a hint where there is one. */
    static List<String> told(Throwable failure) {
        List<String> told = new ArrayList<>();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (told.stream().noneMatch(line -> line.contains(message))) {
                told.add(message);
            }
            if (cause instanceof NoSuchBeanException missing) {
                return List.of(bean(missing.getName()));
            }
            Matcher placeholder = PLACEHOLDER.matcher(message);
            if (placeholder.find()) {
                return List.of(property(placeholder.group(1)));
            }
            if (cause instanceof ClassNotFoundException) {
                return List.of("there is no class " + message + "; put its jar into lib/ext");
            }
        }
        return told;
    }

    private static String bean(String name) {
        return "there is no bean " + name
                + ": declare it under beans in the file. The gateway's own beans are not there"
                + " in a test, and the file of another bean has to be given too";
    }

    private static String property(String key) {
        return key.startsWith("env:")
                ? "the environment variable " + key.substring("env:".length()) + " is not set"
                : "{{" + key + "}} is not set; give it in config/application.properties, or a default: {{" + key
                        + ":default}}";
    }
}
