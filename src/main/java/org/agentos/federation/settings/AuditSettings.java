package org.agentos.federation.settings;

import java.time.Duration;
import java.util.Optional;

/**
 * Where and how audit records are kept.
 *
 * @param sink {@code stdout}, {@code stderr} or {@code file:} and an absolute path
 * @param key keys the hash chain; empty: plain hashes
 * @param rotateBytes a file of this size is followed by another
 * @param rotateAge so is one whose first record is this old; zero: no age does it
 * @param keepFiles older files kept; 0: all
 */
public record AuditSettings(String sink, Optional<AuditKey> key, long rotateBytes, Duration rotateAge, int keepFiles) {}
