package org.agentos.federation.eventlog;

import java.util.Optional;

/**
 * Where a batch of events comes from.
 *
 * @param peer the stack_id that becomes the holder of runs nobody held before, and whose events no other holder's run takes; absent when it is only
 *     claimed
 */
public record Source(Origin origin, Optional<String> peer) {}
