package org.agentos.federation.routes;

/** The Camel components on the class path: those of {@code lib/}, and of {@code lib/ext/}. */
public final class Components {
    private static final String ENTRIES = "META-INF/services/org/apache/camel/component/";

    private Components() {}

    /** Whether there is a component of this scheme. */
    public static boolean isThere(String scheme) {
        return Components.class.getClassLoader().getResource(ENTRIES + scheme) != null;
    }
}
