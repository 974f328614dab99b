package org.agentos.federation.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.agentos.federation.settings.AuditSettings;

/** Opens what AGENTOS_AUDIT_SINK names, or looks whether it could be opened. */
final class AuditSinks {
    private static final String FILE = "file:";

    private AuditSinks() {}

    /**
     * Opens the sink.
     *
     * @throws IllegalArgumentException as {@link AuditTrail#open}
     */
    static AuditSink open(AuditSettings settings, ChainKey key, InstantSource clock) {
        Optional<AuditFiles> files = files(settings.sink());
        if (files.isEmpty()) {
            return new StreamSink(settings.sink().equals("stdout") ? System.out : System.err);
        }
        try {
            return new FileSink(files.get(), Rotation.of(settings), key, clock);
        } catch (IOException e) {
            throw unfit(files.get(), e);
        }
    }

    /** As {@link AuditTrail#review}. */
    static void review(AuditSettings settings) {
        Optional<AuditFiles> files = files(settings.sink());
        if (files.isPresent()) {
            try {
                requireWritable(files.get());
                TrailEnd.find(files.get(), ChainKey.of(settings.key()));
            } catch (IOException e) {
                throw unfit(files.get(), e);
            }
        }
    }

    /** Empty for a stream. */
    static Optional<AuditFiles> files(String sink) {
        if (sink.equals("stdout") || sink.equals("stderr")) {
            return Optional.empty();
        }
        if (!sink.startsWith(FILE) || sink.length() == FILE.length()) {
            throw new IllegalArgumentException("must be stdout, stderr or file:PATH");
        }
        return Optional.of(new AuditFiles(Path.of(sink.substring(FILE.length()))));
    }

    private static void requireWritable(AuditFiles files) throws IOException {
        Path there = files.active();
        while (!Files.exists(there)) {
            there = there.getParent();
        }
        boolean isFile = there.equals(files.active());
        if (isFile && !Files.isRegularFile(there)) {
            throw new IOException("is not a file");
        }
        boolean fit = Files.isWritable(there) && (isFile ? Files.isReadable(there) : Files.isDirectory(there));
        if (!fit) {
            throw new IOException("cannot be written");
        }
    }

    private static IllegalArgumentException unfit(AuditFiles files, IOException e) {
        return new IllegalArgumentException("names " + files.active() + ", which " + reason(e), e);
    }

    private static String reason(IOException e) {
        return e.getMessage() != null && e.getMessage().matches("(is|has|ends) .*")
                ? e.getMessage()
                : "cannot be written";
    }
}
