package org.agentos.federation.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agentos.federation.routes.RouteFile;
import org.agentos.federation.routes.RouteFolders;
import org.agentos.federation.routes.RouteLint;
import org.agentos.federation.routes.Surroundings;
import org.agentos.federation.routes.Topology;
import picocli.CommandLine.Command;

/** {@code federation routes}: reads the route files, starts nothing. */
@Command(
        name = "routes",
        description =
                "Shows how the routes hang together, looks for mistakes in routes/extensions, or tries a file of them.",
        synopsisSubcommandLabel = "(show | lint | test)",
        subcommands = RoutesTestCommand.class,
        mixinStandardHelpOptions = true)
public final class RoutesCommand {

    private final Console console = new Console();
    private final Path folder = Console.home().resolve("routes");

    @Command(description = "Prints every route with what it takes from and sends to.")
    int show() {
        try {
            return console.done(Topology.print(
                            folder,
                            RouteFile.withTemplates(
                                    RouteFile.readAll(folder, RouteFolders.EXTENSIONS_SAMPLES), List.of()))
                    .lines()
                    .toList());
        } catch (IOException | IllegalArgumentException e) {
            return console.failed("read the routes", List.of(String.valueOf(e.getMessage())));
        }
    }

    @Command(description = "Tells what is wrong (exit code 1) or seldom meant (exit code 0) in routes/extensions.")
    int lint() {
        try {
            List<RouteFile> own = RouteFile.readAll(folder, RouteFolders.EXTENSIONS);
            List<RouteFile> extensions =
                    RouteFile.readAll(folder.resolve(RouteFolders.EXTENSIONS), RouteFolders.SAMPLES);
            List<RouteLint.Finding> findings = new ArrayList<>();
            RouteFile.passedOver(folder.resolve(RouteFolders.EXTENSIONS), RouteFolders.SAMPLES)
                    .forEach(file -> findings.add(passedOver(file)));
            findings.addAll(new RouteLint(own, extensions, Surroundings.of(folder)).findings());
            return told(findings, extensions.size());
        } catch (IOException | IllegalArgumentException e) {
            return console.failed("read the routes", List.of(String.valueOf(e.getMessage())));
        }
    }

    private static RouteLint.Finding passedOver(Path file) {
        return new RouteLint.Finding(
                false,
                file.getFileName().toString(),
                "is not read: names of route files end with .yaml, and Kamelets have their own folder, routes/kamelets");
    }

    private int told(List<RouteLint.Finding> findings, int files) {
        long errors = findings.stream().filter(RouteLint.Finding::error).count();
        List<String> lines = new ArrayList<>();
        findings.forEach(finding -> lines.add(finding.toString()));
        lines.add(files + " files, " + errors + " errors, " + (findings.size() - errors) + " warnings");
        int done = console.done(lines);
        return errors == 0 ? done : Console.FAILED;
    }
}
