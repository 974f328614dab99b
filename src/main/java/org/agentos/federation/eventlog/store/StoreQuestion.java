package org.agentos.federation.eventlog.store;

import java.util.function.Consumer;
import org.agentos.federation.error.FederationException;
import org.rocksdb.RocksDBException;

/** A question to the disk, outside the log's own threads. */
@FunctionalInterface
interface StoreQuestion<T> {
    T ask() throws RocksDBException;

    /**
     * Asks it.
     *
     * @param failed logs what the disk says
     * @param message tells the caller what could not be read
     * @throws FederationException {@code storage_unavailable} when the disk cannot be read
     */
    default T orUnavailable(Consumer<RocksDBException> failed, String message) {
        try {
            return ask();
        } catch (RocksDBException unreadable) {
            failed.accept(unreadable);
            throw LogHealth.storageUnavailable(message);
        }
    }
}
