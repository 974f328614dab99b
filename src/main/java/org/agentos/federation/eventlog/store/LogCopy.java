package org.agentos.federation.eventlog.store;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.agentos.federation.eventlog.EventLogOpenException;
import org.agentos.federation.settings.EventLogSettings;
import org.rocksdb.RocksDBException;

/**
 * What a copy of an event log is a copy of.
 *
 * @param epoch of the log when it was copied
 * @param group the last group acknowledged before; it and all before it are in the copy
 */
public record LogCopy(long epoch, long group) {
    /**
     * Opens a copied log once, with all the checks of a start, and gives it a new epoch: cursors of the log it was copied
     * from may name events that it does not hold.
     *
     * @param settings with the copy's directory
     * @return the new epoch, which is on disk
     * @throws EventLogOpenException when the copy is no whole log
     */
    public static long adopt(EventLogSettings settings, InstantSource clock, SecureRandom random) throws IOException {
        try (OpenedLog log = OpenedLog.open(settings, clock, random)) {
            return LogIdentity.renewEpoch(log.store(), random);
        } catch (RocksDBException failed) {
            throw new IOException("the copied event log cannot be written: " + failed.getMessage(), failed);
        }
    }
}
