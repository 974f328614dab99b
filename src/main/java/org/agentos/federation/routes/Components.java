package org.agentos.federation.routes;

/** What is on the class path, {@code lib/} and {@code lib/ext/}: Camel's components, and classes. */
public final class Components {
    private static final String ENTRIES = "META-INF/services/org/apache/camel/component/";

    private Components() {}

    /** Whether there is a component of this scheme. */
    public static boolean isThere(String scheme) {
        return Components.class.getClassLoader().getResource(ENTRIES + scheme) != null;
    }

    /** Whether there is a class of this full name. */
    public static boolean isClass(String name) {
        return Components.class.getClassLoader().getResource(name.replace('.', '/') + ".class") != null
                || ClassLoader.getPlatformClassLoader().getResource(name.replace('.', '/') + ".class") != null;
    }
}
