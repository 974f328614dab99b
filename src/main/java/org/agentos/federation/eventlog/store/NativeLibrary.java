package org.agentos.federation.eventlog.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.NativeLibraryLoader;

/**
 * RocksDB's native code, unpacked into the log's own directory, which one process holds at a time. Unpacked where RocksDB
 * puts it by itself, each killed process would leave 17 MB behind in the system's temporary directory.
 */
final class NativeLibrary {
    private NativeLibrary() {}

    /** Loads it unless this process has; to be called before any other class of RocksDB is touched. */
    static void load(Path directory) throws IOException {
        Files.createDirectories(directory);
        NativeLibraryLoader.getInstance().loadLibrary(directory.toString());
    }
}
