package org.agentos.federation.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agentos.federation.support.Json;

/** The figures of one run, in the order they were taken. */
final class Report {
    private final List<Figure> figures = new ArrayList<>();

    void add(Figure figure) {
        figures.add(figure);
        System.err.println(figure.row(Optional.empty()));
    }

    /** Prints the table and writes the same as JSON. */
    void print(Path json) throws IOException {
        System.out.println("| work | server | median | spread | CPU us | p50 ms | p99 ms | gateway : this |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        Map<String, List<Figure>> byWork = new LinkedHashMap<>();
        figures.forEach(figure ->
                byWork.computeIfAbsent(figure.work(), work -> new ArrayList<>()).add(figure));
        byWork.values().forEach(Report::printWork);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("java", System.getProperty("java.vm.version"));
        result.put("cores", Runtime.getRuntime().availableProcessors());
        result.put("figures", figures.stream().map(Figure::json).toList());
        Files.writeString(json, Json.write(result));
    }

    private static void printWork(List<Figure> servers) {
        Optional<Figure> gateway = servers.stream()
                .filter(figure -> figure.server().equals(Stage.GATEWAY))
                .findFirst();
        servers.forEach(figure -> System.out.println(figure.row(gateway)));
    }
}
