package org.agentos.federation.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlServerTest {
    @TempDir
    private Path directory;

    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private AutoCloseable server;

    @BeforeEach
    void open() {
        server = open(directory);
    }

    private AutoCloseable open(Path dataDirectory) {
        return ControlServer.open(
                dataDirectory,
                Map.of(
                        "say", word -> ControlReply.done("said", word),
                        "refuse", why -> ControlReply.refused(List.of(why, "two\nlines")),
                        "fail",
                                why -> {
                                    throw new IllegalStateException(why);
                                }),
                timers);
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        timers.shutdownNow();
    }

    @Test
    void shouldHandACommandOnAndItsAnswerBack() throws IOException {
        assertThat(ControlClient.ask(directory, "say", "a b")).contains(ControlReply.done("said", "a b"));
        assertThat(ControlClient.ask(directory, "say", "")).contains(ControlReply.done("said", ""));
        assertThat(ControlClient.ask(directory, "refuse", "no"))
                .contains(ControlReply.refused(List.of("no", "two lines")));
    }

    @Test
    void shouldAnswerWhatItCannotDo() throws IOException {
        assertThat(ControlClient.ask(directory, "dance", ""))
                .contains(ControlReply.refused(List.of("the running gateway knows no command dance")));
        assertThat(ControlClient.ask(directory, "fail", "why").orElseThrow().lines())
                .containsExactly("fail failed: java.lang.IllegalStateException: why");
        assertThat(ControlClient.ask(directory, "say", "still there"))
                .contains(ControlReply.done("said", "still there"));
    }

    @Test
    void shouldBeItsOwnersAlone() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(ControlSocket.in(directory))))
                .isEqualTo("rw-------");
    }

    @Test
    void shouldEndARequestThatIsTooLong() throws IOException {
        // Given
        String endless = "say " + "x".repeat(ControlServer.MAX_REQUEST_BYTES);

        // When
        String answer;
        try (SocketChannel connection = connect()) {
            ControlSocket.write(connection, endless);
            answer = readAll(connection);
        }

        // Then
        assertThat(answer).isEmpty();
        assertThat(ControlClient.ask(directory, "say", "next")).contains(ControlReply.done("said", "next"));
    }

    @Test
    void shouldNotDoHalfACommand() throws IOException {
        try (SocketChannel connection = connect()) {
            ControlSocket.write(connection, "say half");
            connection.shutdownOutput();

            assertThat(readAll(connection)).isEqualTo("refused\nthe command was cut short\n");
        }
    }

    @Test
    void shouldTakeADeadGatewaysPlace() throws Exception {
        // Given
        server.close();
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(ControlSocket.in(directory)));
        }
        assertThat(ControlClient.ask(directory, "say", "x")).isEmpty();

        // When
        server = open(directory);

        // Then
        assertThat(ControlClient.ask(directory, "say", "x")).contains(ControlReply.done("said", "x"));
    }

    @Test
    void shouldLeaveNothingWhenItCloses() throws Exception {
        server.close();

        assertThat(directory).isEmptyDirectory();
        assertThat(ControlClient.ask(directory, "say", "x")).isEmpty();
    }

    @Test
    void shouldSayThatAPathIsTooLongForASocket() throws Exception {
        // Given
        Path deep = Files.createDirectories(directory.resolve("d".repeat(ControlSocket.MAX_PATH_BYTES)));

        // When
        try (AutoCloseable none = open(deep)) {

            // Then
            assertThat(none).isNotInstanceOf(ControlServer.class);
            assertThat(deep).isEmptyDirectory();
            assertThat(ControlClient.ask(deep, "say", "x")).isEmpty();
            assertThat(ControlClient.impossible(deep).orElseThrow())
                    .contains(deep.resolve("control.sock").toString(), "AGENTOS_FED_DATA_DIR");
        }
        assertThat(ControlClient.impossible(directory)).isEmpty();
    }

    @Test
    void shouldTellAnAnswerThatWasCutFromAWholeOne() {
        assertThat(ControlReply.parse("").done()).isFalse();
        assertThat(ControlReply.parse("done\nall is we").done()).isFalse();
        assertThat(ControlReply.parse("done\nall is well\n")).isEqualTo(ControlReply.done("all is well"));
    }

    private SocketChannel connect() throws IOException {
        SocketChannel connection = SocketChannel.open(StandardProtocolFamily.UNIX);
        connection.connect(UnixDomainSocketAddress.of(ControlSocket.in(directory)));
        return connection;
    }

    private static String readAll(SocketChannel connection) throws IOException {
        try {
            return ControlSocket.read(connection, 1000, end -> false);
        } catch (IOException reset) {
            return "";
        }
    }
}
