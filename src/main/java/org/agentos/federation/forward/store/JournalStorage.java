package org.agentos.federation.forward.store;

import java.io.InputStream;

/** Writes the forward index's files so that they survive a power cut. A call that returns normally has. */
public interface JournalStorage {
    /** Appends whole lines to a segment, which is created when it does not exist. */
    void append(String fileName, byte[] lines) throws Exception;

    /** Replaces the snapshot, at once or not at all. */
    void writeSnapshot(String temporaryName, InputStream content) throws Exception;
}
