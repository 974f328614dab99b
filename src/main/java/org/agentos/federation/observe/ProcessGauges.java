package org.agentos.federation.observe;

import com.sun.management.UnixOperatingSystemMXBean;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/** What the process uses of its machine, and what is left: read whenever somebody asks. */
public record ProcessGauges(MeterRegistry registry) {
    /** Begins to show them; {@code data} is the directory whose disk counts. */
    public void register(Path data) {
        Runtime runtime = Runtime.getRuntime();
        gauge("heap_used_bytes", "Heap in use, garbage included.", () -> runtime.totalMemory() - runtime.freeMemory());
        gauge("heap_max_bytes", "What the heap may grow to.", runtime::maxMemory);
        gauge("disk_free_bytes", "Free for the gateway on the disk of its data.", () -> free(data));
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            gauge("open_files", "Files and sockets open.", system::getOpenFileDescriptorCount);
            gauge("open_files_max", "Files and sockets that may be open.", system::getMaxFileDescriptorCount);
        }
    }

    private static double free(Path data) {
        try {
            return Files.getFileStore(data).getUsableSpace();
        } catch (IOException unknown) {
            return Double.NaN; // Prometheus' own word for it
        }
    }

    private void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder("agentos_federation_" + name, value)
                .description(description)
                .register(registry);
    }
}
