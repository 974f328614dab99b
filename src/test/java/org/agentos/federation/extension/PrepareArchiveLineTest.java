package org.agentos.federation.extension;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrepareArchiveLineTest {
    private static final String LINE_5 = "{\"position\":\"5.0\",\"event\":{}}\n";
    private static final String LINE_7 = "{\"position\":\"7.1\",\"event\":{}}\n";

    @TempDir
    Path folder;

    private final PrepareArchiveLine step = new PrepareArchiveLine();

    @BeforeEach
    void setFolder() {
        step.setFolder(folder.toString());
    }

    @Test
    void shouldPutThePositionBeforeTheEvent() throws IOException {
        Exchange first = prepared("5.0");

        assertThat(first.getMessage().getHeader("archived")).isEqualTo(false);
        assertThat(first.getMessage().getHeader(Exchange.FILE_NAME)).isEqualTo("tnt_demo/run_1.ndjson");
        assertThat(first.getMessage().getBody(String.class)).isEqualTo(LINE_5);
    }

    @Test
    void shouldFindWhatIsThereAndNothingElse() throws IOException {
        write(LINE_5 + LINE_7);

        assertThat(isArchived("7.1")).isTrue();
        assertThat(isArchived("5.0")).isTrue();
        assertThat(isArchived("7.10")).isFalse();
        assertThat(isArchived("10.0")).isFalse();
        assertThat(isArchived("6.0")).as("a dead letter, delivered again").isFalse();
    }

    /** Places are given out anew after a backup was put back. */
    @Test
    void shouldNotTakeAnotherEventOfTheSamePlaceForARepeat() throws IOException {
        write(LINE_5.replace("{}", "{\"event_id\":\"e_before\"}") + LINE_7);

        assertThat(isArchived("5.0")).isFalse();
        assertThat(isArchived("7.1")).isTrue();
    }

    @Test
    void shouldCutOffWhatACrashLeftHalfWritten() throws IOException {
        for (int cut = 0; cut < LINE_7.length(); cut++) {
            write(LINE_5 + LINE_7.substring(0, cut));

            assertThat(isArchived("7.1")).as("cut at %d", cut).isFalse();
            assertThat(Files.readString(file())).isEqualTo(LINE_5);
        }
    }

    @Test
    void shouldCutOffATornFirstLineAndLongLines() throws IOException {
        String longEvent = "{\"payload\":\"" + "x".repeat(100_000) + "\"}";
        String longLine = LINE_5.replace("5.0", "8.0").replace("{}", longEvent);
        write(longLine.substring(0, 60_000));
        assertThat(isArchived("8.0", longEvent)).isFalse();
        assertThat(file()).isEmptyFile();

        write(LINE_5 + longLine + longLine.replace("8.0", "9.0").trim());
        assertThat(isArchived("9.0", longEvent)).isFalse();
        assertThat(isArchived("8.0", longEvent)).isTrue();
        assertThat(Files.readString(file())).isEqualTo(LINE_5 + longLine);
    }

    @Test
    void shouldNameFilesSoThatNoneLeavesTheFolderAndAllFitTheFileSystem() throws IOException {
        String dots = name("../../etc/passwd");
        String longOne = name("\u00e9".repeat(256));
        String longOther = name("\u00e9".repeat(255) + "e");

        assertThat(dots).isEqualTo("tnt_demo/%2E%2E%2F%2E%2E%2Fetc%2Fpasswd.ndjson");
        assertThat(longOne).isNotEqualTo(longOther).hasSizeLessThan(250);
    }

    private String name(String runId) throws IOException {
        Exchange exchange = Messages.event(runId, "1.0", "{\"event\":{}}");
        step.process(exchange);
        return exchange.getMessage().getHeader(Exchange.FILE_NAME, String.class);
    }

    private boolean isArchived(String position) throws IOException {
        return isArchived(position, "{}");
    }

    private boolean isArchived(String position, String event) throws IOException {
        return prepared(position, event).getMessage().getHeader("archived", Boolean.class);
    }

    private Exchange prepared(String position) throws IOException {
        return prepared(position, "{}");
    }

    private Exchange prepared(String position, String event) throws IOException {
        Exchange exchange = Messages.event("run_1", position, "{\"event\":" + event + "}");
        step.process(exchange);
        return exchange;
    }

    private Path file() {
        return folder.resolve("tnt_demo/run_1.ndjson");
    }

    private void write(String text) throws IOException {
        Files.createDirectories(file().getParent());
        Files.writeString(file(), text);
    }
}
