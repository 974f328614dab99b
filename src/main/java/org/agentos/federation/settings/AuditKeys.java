package org.agentos.federation.settings;

import static org.agentos.federation.settings.SettingType.AUDIT_SINK;
import static org.agentos.federation.settings.SettingType.TEXT;
import static org.agentos.federation.settings.SettingType.count;
import static org.agentos.federation.settings.SettingType.duration;
import static org.agentos.federation.settings.SettingType.integer;

import java.time.Duration;
import java.util.List;

/** Settings of the audit trail. */
public final class AuditKeys {
    private static final KeySection SECTION = new KeySection();

    public static final Key<String> SINK = SECTION.named(
            "federation.audit.sink",
            "AGENTOS_AUDIT_SINK",
            "file:data/audit/federation.audit.log",
            AUDIT_SINK,
            "where audit records go");
    public static final Key<String> KEY = SECTION.named(
            "federation.audit.key",
            "AGENTOS_AUDIT_KEY",
            "",
            TEXT,
            "secret of 16 to 4096 bytes that keys the hash chain of the audit trail; better in a file");
    public static final Key<String> KEY_FILE = SECTION.named(
            "federation.audit.key-file",
            "AGENTOS_AUDIT_KEY_FILE",
            "",
            TEXT,
            "a file with that secret; line breaks at its end do not count");
    public static final Key<Long> ROTATE_BYTES = SECTION.key(
            "federation.audit.rotate-bytes",
            "104857600",
            count(4096, 1L << 40),
            "an audit file of this size is followed by another");
    public static final Key<Duration> ROTATE_AGE = SECTION.key(
            "federation.audit.rotate-age",
            "0ms",
            duration(Duration.ZERO, Duration.ofDays(3650)),
            "so is one whose first record is this old; 0ms: by size alone");
    public static final Key<Integer> KEEP_FILES = SECTION.key(
            "federation.audit.keep-files",
            "0",
            integer(0, 99_999_999),
            "older audit files kept beside the one that is written; 0: all");

    private AuditKeys() {}

    static List<Key<?>> all() {
        return SECTION.keys();
    }
}
