package org.agentos.federation.eventlog.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.rocksdb.AbstractNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.WALRecoveryMode;

/** How RocksDB is set up; docs/log-format.md lists the choices. */
final class StoreOptions implements AutoCloseable {
    private static final long MEMTABLE_BYTES = 64L << 20;
    private static final int MEMTABLES = 4;
    private static final int BLOCK_BYTES = 32 * 1024;
    /** Bounds what recovery reads after a crash. */
    private static final long MAX_WAL_BYTES = 512L << 20;
    /** A new file's blocks need allocating and a used one's do not: a fifth to a third faster syncs. */
    private static final int RECYCLED_WAL_FILES = 4;

    private static final int ENGINE_LOG_FILES = 4;
    private static final long ENGINE_LOG_BYTES = 4L << 20;

    static {
        RocksDB.loadLibrary();
    }

    private final List<AbstractNativeReference> owned = new ArrayList<>();
    private final DBOptions database;
    private final List<ColumnFamilyDescriptor> families = new ArrayList<>();

    StoreOptions(long blockCacheBytes) {
        database = own(verifyingWals());
        database.setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setRecycleLogFileNum(RECYCLED_WAL_FILES)
                .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
                .setMaxTotalWalSize(MAX_WAL_BYTES)
                .setAtomicFlush(true) // so that recovery's point in time is one for all column families
                .setKeepLogFileNum(ENGINE_LOG_FILES)
                .setMaxLogFileSize(ENGINE_LOG_BYTES)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL);
        Cache cache = own(new LRUCache(blockCacheBytes));
        families.add(family(RocksDB.DEFAULT_COLUMN_FAMILY, cache, CompressionType.LZ4_COMPRESSION));
        for (Family family : Family.values()) {
            families.add(family(family.storedName(), cache, compressionOf(family)));
        }
    }

    /**
     * Each write-ahead log tells how the one before it ends, so that recovery stops where one is missing or was cut. It
     * would go on with the next one, and the number of the last group would not show what is gone. The option has no
     * setter in Java.
     */
    private static DBOptions verifyingWals() {
        Properties options = new Properties();
        options.setProperty("track_and_verify_wals", "true");
        DBOptions verifying = DBOptions.getDBOptionsFromProps(options);
        if (verifying == null) {
            throw new IllegalStateException("this RocksDB does not know the option track_and_verify_wals");
        }
        return verifying;
    }

    private static CompressionType compressionOf(Family family) {
        return family == Family.IDS ? CompressionType.NO_COMPRESSION : CompressionType.LZ4_COMPRESSION;
    }

    private ColumnFamilyDescriptor family(byte[] name, Cache cache, CompressionType compression) {
        BlockBasedTableConfig table = new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setBlockSize(BLOCK_BYTES)
                .setFilterPolicy(own(new BloomFilter()));
        ColumnFamilyOptions options = own(new ColumnFamilyOptions())
                .setWriteBufferSize(MEMTABLE_BYTES)
                .setMaxWriteBufferNumber(MEMTABLES)
                .setCompressionType(compression)
                .setTableFormatConfig(table);
        return new ColumnFamilyDescriptor(name, options);
    }

    private <T extends AbstractNativeReference> T own(T nativeObject) {
        owned.add(nativeObject);
        return nativeObject;
    }

    DBOptions database() {
        return database;
    }

    /** RocksDB's own default family, then ours in the order of {@link Family}. */
    List<ColumnFamilyDescriptor> families() {
        return families;
    }

    @Override
    public void close() {
        owned.forEach(AbstractNativeReference::close);
    }
}
