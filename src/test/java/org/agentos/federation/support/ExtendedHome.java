package org.agentos.federation.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** The packaged application with route files and settings of an integrator: a copy that shares its {@code lib}. */
public final class ExtendedHome {
    private final Path home;

    private ExtendedHome(Path home) {
        this.home = home;
    }

    public static ExtendedHome in(Path directory) {
        Path application = GatewayProcess.application();
        Path home = directory.resolve("home");
        try {
            Files.createDirectories(home);
            Files.createSymbolicLink(home.resolve("lib"), application.resolve("lib"));
            for (String folder : List.of("bin", "config", "routes")) {
                copy(application, folder, home);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ExtendedHome(home);
    }

    /** Does what the README says: copies a sample one folder up. */
    public ExtendedHome sample(String name) {
        Path extensions = home.resolve("routes/extensions");
        try {
            Files.copy(extensions.resolve("samples").resolve(name), extensions.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Adds a line to config/application.properties. */
    public ExtendedHome setting(String name, String value) {
        try {
            Files.writeString(
                    home.resolve("config/application.properties"),
                    "\n" + name + "=" + value + "\n",
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    public Path path() {
        return home;
    }

    private static void copy(Path from, String folder, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from.resolve(folder))) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }
}
