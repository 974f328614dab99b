package org.agentos.federation.startup;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows when certificates expire, and says so in the log when that comes near. */
public final class CertificateExpiry {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateExpiry.class);

    /** Time enough for an operator to have new ones made. */
    static final Duration NEAR = Duration.ofDays(30);

    private static final Duration LOOK_EVERY = Duration.ofDays(1);

    private final Certificates certificates;
    private final InstantSource clock;

    public CertificateExpiry(Certificates certificates, InstantSource clock) {
        this.certificates = certificates;
        this.clock = clock;
    }

    /** Shows those that there are at the start; no others come without a restart. */
    public CertificateExpiry register(MeterRegistry meters) {
        certificates.expiries().keySet().forEach(kind -> TimeGauge.builder(
                        "agentos_federation_certificate_expiry_timestamp",
                        () -> certificates.expiries().get(kind).getEpochSecond(),
                        TimeUnit.SECONDS)
                .description("When the first certificate of a file expires, since 1970.")
                .tag("certificate", kind)
                .register(meters));
        return this;
    }

    /** Looks now and once a day. */
    public CertificateExpiry start(ScheduledExecutorService timers) {
        Future<?> unused = timers.scheduleWithFixedDelay(this::warn, 0, LOOK_EVERY.toMinutes(), TimeUnit.MINUTES);
        return this;
    }

    /** A line for each certificate that is over, or soon will be. */
    void warn() {
        Instant now = clock.instant();
        certificates.expiries().forEach((kind, until) -> {
            if (now.isAfter(until)) {
                LOG.error("certificate has expired certificate={} expired={}", kind, until);
            } else if (now.plus(NEAR).isAfter(until)) {
                LOG.warn("certificate expires soon certificate={} expires={}", kind, until);
            }
        });
    }
}
