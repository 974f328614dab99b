package org.agentos.federation.bench;

import java.net.URI;
import java.time.Duration;

/** What is measured: the gateway, or a baseline of the bare server. */
record Server(String name, URI url, ProcessHandle process) {
    /** The processor time its process has used; steps of 10 ms. Unlike a rate it tells little of what else is running. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }
}
