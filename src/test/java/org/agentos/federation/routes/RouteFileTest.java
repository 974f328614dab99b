package org.agentos.federation.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which files are read, and what their authors are told of files that are none of routes. */
class RouteFileTest {
    private static final String ROUTE = "- route:\n    id: ext-a\n    from: {uri: direct:ext-a}\n";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                     | it is empty",
                "'route: {id: a}'                       | it is no list; each of its entries",
                "'- '                                   | entry 1 is empty",
                "'- route: {}\n- '                      | entry 2 is empty",
                "'- from-here'                          | entry 1 is not made of members, NAME: VALUE, but is \"from-here\"",
                "'- route:\n  id: a'                    | entry 1, route, is empty; are the lines below it indented?",
                "'- from:'                              | entry 1, from, is empty",
                "'- routeConfiguration:'                | entry 1, routeConfiguration, is empty",
                "'- templatedRoute:'                    | entry 1, templatedRoute, is empty",
                "'- route: [a]'                         | a route is not made of members, NAME: VALUE, but is a list",
                "'- route: {id: [a]}'                   | the id of a route is not a text but is a list",
                "'- route: {from: [direct:a]}'          | from is not a text but is a list",
                "'- from: {uri: {a: b}}'                | from is not a text but is a map",
                "'- routeTemplate: {parameters: [null]}'   | a parameter of a routeTemplate is empty",
                "'- templatedRoute: {parameters: [a]}'  | a parameter of a templatedRoute is not made of members",
                "'- route: {id: a, id: b}'              | found duplicate key id"
            })
    void shouldSayWhereAFileIsNoneOfRoutes(String text, String told) throws IOException {
        // Given
        Path file = Files.writeString(folder.resolve("a.yaml"), text);

        // When / Then
        assertThatThrownBy(() -> RouteFile.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file + " is not a file of routes: ")
                .hasMessageContaining(told);
    }

    /** As Camel does. */
    @Test
    void shouldTakeNumbersForTexts() throws IOException {
        // Given
        Path file = Files.writeString(folder.resolve("a.yaml"), ROUTE.replace("ext-a", "404"));

        // When
        RouteOutline route = RouteFile.read(file).routes().get(0);

        // Then
        assertThat(route.id()).isEqualTo("404");
        assertThat(route.from()).isEqualTo("direct:404");
    }

    @Test
    void shouldPassOverWhatIsHidden() throws IOException {
        // Given: a mounted configuration, and what editors leave
        Path data = Files.createDirectory(folder.resolve("..2026_11_23"));
        Files.writeString(data.resolve("crm.yaml"), ROUTE);
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2026_11_23"));
        Files.createSymbolicLink(folder.resolve("crm.yaml"), Path.of("..data/crm.yaml"));
        Files.createSymbolicLink(folder.resolve(".#crm.yaml"), Path.of("nobody@nowhere.1"));
        Files.createDirectory(folder.resolve("folder.yaml"));

        // When
        List<RouteFile> read = RouteFile.readAll(folder);

        // Then
        assertThat(read).extracting(RouteFile::path).containsExactly(folder.resolve("crm.yaml"));
    }

    @Test
    void shouldNotPassOverALinkToNothing() throws IOException {
        // Given
        Files.createSymbolicLink(folder.resolve("crm.yaml"), Path.of("nowhere"));

        // When / Then
        assertThatThrownBy(() -> RouteFile.readAll(folder)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void shouldTellFilesOfOtherNames() throws IOException {
        // Given
        for (String name : List.of("a.yml", "b.YAML", "c.kamelet.yaml", "d.yaml", "e.yaml.part", "samples/f.yml")) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, ROUTE);
        }

        // When
        List<Path> passedOver = RouteFile.passedOver(folder, "samples");

        // Then
        assertThat(passedOver)
                .containsExactly(folder.resolve("a.yml"), folder.resolve("b.YAML"), folder.resolve("c.kamelet.yaml"));
    }
}
