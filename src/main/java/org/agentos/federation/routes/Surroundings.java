package org.agentos.federation.routes;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;

/**
 * What route files may name that does not stand in route files.
 *
 * @param isComponent whether there is a component of this scheme on the class path
 * @param isClass whether there is a class of this full name there
 * @param isKamelet whether there is a file for the Kamelet of this name
 */
public record Surroundings(Predicate<String> isComponent, Predicate<String> isClass, Predicate<String> isKamelet) {

    /**
     * Those of the application.
     *
     * @param routes its folder of routes
     */
    public static Surroundings of(Path routes) {
        Path kamelets = routes.resolve(RouteFolders.KAMELETS);
        return new Surroundings(
                Components::isThere,
                Components::isClass,
                name -> Files.isReadable(kamelets.resolve(name + RouteFile.KAMELET)));
    }
}
