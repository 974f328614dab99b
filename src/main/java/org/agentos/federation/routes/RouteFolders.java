package org.agentos.federation.routes;

/** Folders of route files that are not like the others. */
public final class RouteFolders {
    /** Below the folder of routes: what is not the gateway's own. */
    public static final String EXTENSIONS = "extensions";

    /** Below the extensions: files to copy from; they are loaded where a copy lies. */
    public static final String SAMPLES = "samples";

    /** The samples, from the folder of routes. */
    public static final String EXTENSIONS_SAMPLES = EXTENSIONS + "/" + SAMPLES;

    /** Below the folder of routes, where Camel's component of that name looks for them. */
    public static final String KAMELETS = "kamelets";

    private RouteFolders() {}
}
