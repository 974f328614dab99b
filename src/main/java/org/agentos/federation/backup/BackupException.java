package org.agentos.federation.backup;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;

/** A backup cannot be made, or cannot be restored: everything that is wrong. */
public final class BackupException extends Exception {
    /** Of the system's message for a full disk, which Java and RocksDB pass on. */
    private static final String DISK_FULL = "No space left on device";

    private final transient List<String> problems;

    BackupException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    BackupException(String problem) {
        this(List.of(problem));
    }

    public List<String> problems() {
        return problems;
    }

    /** A failure in an operator's words; a message that is only a file's name says nothing without its kind. */
    static String reason(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        if (message.contains(DISK_FULL)) {
            return "the disk is full (" + message + ")";
        }
        boolean nameOnly = failure instanceof FileSystemException file && file.getReason() == null;
        return nameOnly ? failure.getClass().getSimpleName() + ": " + message : message;
    }
}
