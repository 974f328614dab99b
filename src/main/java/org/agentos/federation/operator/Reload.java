package org.agentos.federation.operator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.agentos.federation.audit.AuditRecord;
import org.agentos.federation.control.ControlReply;
import org.agentos.federation.peer.PeerRegistry;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.settings.StartupException;
import org.agentos.federation.settings.TrustKeys;
import org.agentos.federation.startup.Certificates;
import org.agentos.federation.startup.StartupReview;
import org.agentos.federation.trust.CallerKeys;
import org.agentos.federation.wiring.Parts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over what may change while the gateway runs: the peer registry, the redelivery settings and what is in the
 * files of certificates and of keys for callers' tokens. Everything is read
 * and judged first, by the rules of the start; with one problem nothing changes. A change is on the audit trail before it
 * holds. One reload at a time.
 */
public final class Reload {
    public static final String NAME = "reload";

    private static final String ACTION = "federation.peers.reload";

    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

    private final Parts parts;
    private final Supplier<Settings> reader;
    private final ReloadMeters meters;
    private Map<String, String> taken;
    private boolean owed;

    /** Who asked for a reload. */
    public enum Cause {
        FILE,
        SIGNAL,
        COMMAND;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Remembers the settings as they are now.
     *
     * @param reader reads the settings anew; throws {@link StartupException} with all problems
     */
    public Reload(Parts parts, Supplier<Settings> reader) {
        this.parts = parts;
        this.reader = reader;
        this.meters = new ReloadMeters(parts.meters, parts.clock);
        this.taken = parts.settings.properties();
    }

    /** Reads everything again and takes it over, or tells everything that is wrong. */
    public synchronized ControlReply now(Cause cause) {
        ControlReply reply;
        owed = false;
        try {
            reply = take(read(), cause);
        } catch (StartupException refused) {
            reply = refuse(refused.problems(), cause);
        } catch (RuntimeException unexpected) {
            LOG.error("reload failed", unexpected);
            reply = ControlReply.refused(List.of("the reload failed: " + unexpected));
        }
        meters.ended(reply.done());
        return reply;
    }

    /** Whether what was read last was fit and did not take effect, since the audit trail could not record it. */
    synchronized boolean isOwed() {
        return owed;
    }

    /** @param keys for callers' tokens; empty where they are as before */
    private record Read(
            Settings settings,
            PeerRegistry registry,
            Certificates.Read certificates,
            Optional<CallerKeys.Reading> keys) {}

    /** Problems of settings, registry, certificates and keys are told together. */
    private Read read() {
        List<String> problems = new ArrayList<>();
        Optional<Settings> settings = collect(reader, problems);
        Optional<PeerRegistry> registry = collect(() -> StartupReview.peers(parts.settings, parts.clock), problems);
        Optional<Certificates.Read> tls = certificates().readAgain(parts.clock.instant(), problems);
        Optional<CallerKeys.Reading> keys = keysAgain(problems);
        registry.map(read -> read.local().stackId())
                .filter(stackId -> !stackId.equals(registry().local().stackId()))
                .ifPresent(stackId -> problems.add("AGENTOS_PEERS_FILE: local.stack_id is " + stackId + " now and was "
                        + registry().local().stackId() + ": a stack's id changes with a restart only"));
        if (!problems.isEmpty()) {
            throw new StartupException(problems);
        }
        return new Read(settings.orElseThrow(), registry.orElseThrow(), tls.orElseThrow(), keys);
    }

    private Optional<CallerKeys.Reading> keysAgain(List<String> problems) {
        try {
            return parts.reviewed.callerKeys().flatMap(CallerKeys::readAgain);
        } catch (IllegalArgumentException unfit) {
            problems.add(TrustKeys.JWT_PUBLIC_KEY.variable() + " cannot be used: " + unfit.getMessage());
            return Optional.empty();
        }
    }

    private static <T> Optional<T> collect(Supplier<T> reading, List<String> problems) {
        try {
            return Optional.of(reading.get());
        } catch (StartupException unfit) {
            problems.addAll(unfit.problems());
            return Optional.empty();
        }
    }

    private ControlReply take(Read read, Cause cause) {
        ReloadChange change = ReloadChange.between(registry(), read.registry(), taken, read.settings())
                .withCertificates(certificates().differences(read.certificates()))
                .withTokenKeys(read.keys().isPresent());
        if (!change.isEmpty()) {
            owed = true;
            record(AuditRecord.Outcome.ALLOWED, change.auditMeta(), cause);
            owed = false;
            parts.redelivery.set(
                    parts.settings.forward().withRedeliveryOf(read.settings().forward()));
            certificates().become(read.certificates());
            read.keys()
                    .ifPresent(keys -> parts.reviewed.callerKeys().orElseThrow().become(keys));
            registry().become(read.registry());
            LOG.info(
                    "Reloaded cause={} added={} removed={} changed={} redelivery={} certificates={} token_keys={}",
                    cause.label(),
                    change.peers().added(),
                    change.peers().removed(),
                    change.peers().changed(),
                    change.redelivery(),
                    change.certificates(),
                    change.tokenKeys());
        }
        taken = read.settings().properties();
        List<String> waiting = change.needsRestart(parts.settings, read.settings());
        waiting.forEach(line -> LOG.warn("Not reloaded: {}", line));
        return ControlReply.done(change.lines(waiting).toArray(String[]::new));
    }

    private ControlReply refuse(List<String> problems, Cause cause) {
        problems.forEach(problem ->
                LOG.error("Reload refused, all stays as it was cause={} problem={}", cause.label(), problem));
        try {
            record(AuditRecord.Outcome.FAILED, Map.of("problems", problems.size()), cause);
        } catch (StartupException unrecorded) {
            LOG.error("A refused reload is not on the audit trail");
        }
        return ControlReply.refused(problems);
    }

    /** @throws StartupException when it cannot be kept: what nobody could account for does not happen */
    private void record(AuditRecord.Outcome outcome, Map<String, Object> what, Cause cause) {
        Map<String, Object> meta = new LinkedHashMap<>(what);
        meta.put("cause", cause.label());
        String resource =
                parts.settings.stack().peersFile().map(Object::toString).orElse("none");
        if (!new OperatorRecords(parts.audit, parts.clock, parts.random).keep(ACTION, resource, outcome, meta)) {
            throw new StartupException(List.of("the audit trail cannot record the reload at the moment"));
        }
    }

    private Certificates certificates() {
        return parts.reviewed.certificates();
    }

    private PeerRegistry registry() {
        return parts.reviewed.registry();
    }
}
