package org.agentos.federation.backup;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * What a backup is and what it is made of, as {@code manifest.json} tells it.
 *
 * @param program that made it, with its version
 * @param createdAt ISO 8601
 * @param epoch of the event log, 16 hexadecimal digits
 * @param group the last group of the event log that was acknowledged when the backup began
 */
@JsonPropertyOrder({"format", "program", "created_at", "epoch", "group", "files"})
public record Manifest(
        @JsonProperty(value = "format", required = true) int format,
        @JsonProperty(value = "program", required = true) String program,
        @JsonProperty(value = "created_at", required = true) String createdAt,
        @JsonProperty(value = "epoch", required = true) String epoch,
        @JsonProperty(value = "group", required = true) long group,
        @JsonProperty(value = "files", required = true) List<Entry> files) {
    static final int FORMAT = 1;

    public Manifest {
        files = List.copyOf(files);
    }

    /**
     * One file.
     *
     * @param path below the backup's directory, with slashes
     * @param sha256 hexadecimal
     */
    @JsonPropertyOrder({"path", "bytes", "sha256"})
    public record Entry(
            @JsonProperty(value = "path", required = true) String path,
            @JsonProperty(value = "bytes", required = true) long bytes,
            @JsonProperty(value = "sha256", required = true) String sha256) {}

    /** Of all files together. */
    public long bytes() {
        return files.stream().mapToLong(Entry::bytes).sum();
    }
}
