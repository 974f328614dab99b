package org.agentos.federation.operator;

import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.forward.ForwardGate;
import org.agentos.federation.peer.IdentityRule;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.settings.Profile;
import org.agentos.federation.settings.ServerTls;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.startup.StartupReview;
import org.agentos.federation.trust.Caller;
import org.agentos.federation.trust.Denial;
import org.agentos.federation.trust.IngestAdmission;
import org.agentos.federation.trust.PeerIdentity;
import org.agentos.federation.trust.PeerPolicy;
import org.agentos.federation.trust.Pusher;
import org.agentos.federation.wiring.IngestBeans;

/**
 * What would happen to a forward, a push or the reading of a run, and by which rule. It asks the objects that decide in the
 * routes, made of the same settings. What changes by the moment is left out: breakers, limits, who holds a run.
 */
public final class Explanation {
    private final Settings settings;
    private final StartupReview.Reviewed reviewed;
    private final InstantSource clock;
    private final List<String> lines = new ArrayList<>();
    private final PeerPolicy policy = new PeerPolicy(this::wouldDeny);

    /** What may be asked about. */
    public enum Action {
        FORWARD,
        INGEST,
        STREAM
    }

    /**
     * The case to judge.
     *
     * @param agentId "" for none, as {@code eventType}
     * @param chain what the peer shows; empty: it proves itself as its registry entry and the settings have it
     */
    public record Question(
            Action action,
            String tenantId,
            String stackId,
            String agentId,
            String eventType,
            int bytes,
            List<X509Certificate> chain) {}

    /**
     * What would happen.
     *
     * @param lines which rule, for a reader
     */
    public record Verdict(boolean allowed, List<String> lines) {}

    public Explanation(Settings settings, StartupReview.Reviewed reviewed, InstantSource clock) {
        this.settings = settings;
        this.reviewed = reviewed;
        this.clock = clock;
    }

    public Verdict of(Question question) {
        boolean allowed;
        try {
            allowed = judge(question);
        } catch (FederationException refusal) {
            denied(reason(refusal, question.stackId()));
            lines.add("answer: " + refusal.code().status() + " "
                    + refusal.code().wireName() + ", " + refusal.getMessage());
            allowed = false;
        }
        if (allowed && lines.stream().noneMatch(line -> line.startsWith("rule:"))) {
            lines.add("rule: nothing forbids it");
        }
        tellProfile(question);
        lines.add(
                0,
                (allowed ? "allowed: " : "denied: ")
                        + question.action().name().toLowerCase(Locale.ROOT) + ", peer " + question.stackId()
                        + ", tenant " + question.tenantId());
        return new Verdict(allowed, List.copyOf(lines));
    }

    /** Callers are not told whether a peer is there that they may not use; operators are. */
    private String reason(FederationException refusal, String stackId) {
        if (refusal.code() == ErrorCode.PEER_NOT_FOUND
                && reviewed.registry().find(stackId).isPresent()) {
            return Denial.TENANT.wireName();
        }
        return refusal.details()
                .getOrDefault("reason", refusal.code().wireName())
                .toString();
    }

    private boolean judge(Question question) {
        return switch (question.action()) {
            case FORWARD -> {
                new ForwardGate(reviewed.registry(), policy)
                        .admit(question.stackId(), question.tenantId(), question.agentId());
                yield true;
            }
            case INGEST -> ingest(question);
            case STREAM -> stream(question);
        };
    }

    private boolean ingest(Question question) {
        IngestAdmission admission = IngestBeans.admission(settings, reviewed, policy);
        Pusher pusher = admission.admit(caller(question), Set.of(question.stackId()));
        if (!pusher.proven()) {
            lines.add("rule: identity: nothing proves who pushes here, the name is believed");
        }
        Optional<Denial> denial =
                admission.judge(pusher, Optional.empty(), question.agentId(), question.eventType(), question.bytes());
        denial.ifPresent(rule -> {
            denied(rule.wireName());
            lines.add("answer: 200, and this event is \"forbidden\" in results");
        });
        return denial.isEmpty();
    }

    /** Readers have what is stored, whatever a policy says; it decides whether more is read from the peer. */
    private boolean stream(Question question) {
        Peer peer = new ForwardGate(reviewed.registry(), policy).known(question.stackId(), question.tenantId());
        lines.add("note: readers of the tenant get what is stored; this is about reading more of it from the peer");
        boolean allowed = policy.mayMirror(peer, question.tenantId());
        if (!allowed) {
            denied(Denial.DIRECTION.wireName());
        }
        return allowed;
    }

    private Caller caller(Question question) {
        return new Caller(
                Optional.of(question.tenantId()),
                Optional.empty(),
                Caller.ALL_SCOPES,
                proven(question),
                Optional.empty(),
                Optional.empty(),
                "explain",
                "explain",
                Optional.empty(),
                Optional.empty());
    }

    private Optional<String> proven(Question question) {
        if (question.chain().isEmpty()) {
            return canProveItself(question.stackId()) ? Optional.of(question.stackId()) : Optional.empty();
        }
        boolean trusted = reviewed.certificates()
                .listener
                .map(tls -> tls.now().trustsClient(question.chain()))
                .orElse(false);
        if (!trusted) {
            lines.add("note: the listener does not take this certificate: no handshake, or no TLS at all");
            return Optional.empty();
        }
        Optional<String> proven = new PeerIdentity(reviewed.registry(), clock).ofCertificate(question.chain());
        lines.add("note: the certificate proves "
                + proven.map(peer -> "peer " + peer).orElse("no peer"));
        return proven;
    }

    /** Whether its entry lists an identity of a kind that this gateway looks at. */
    private boolean canProveItself(String stackId) {
        boolean certificates =
                settings.http().tls().flatMap(ServerTls::clientCa).isPresent();
        boolean tokens = reviewed.tokens().isPresent();
        return reviewed.registry().find(stackId).stream()
                .flatMap(peer -> peer.identities().stream())
                .anyMatch(identity -> identity.startsWith(IdentityRule.TOKEN) ? tokens : certificates);
    }

    private void tellProfile(Question question) {
        if (settings.profile() == Profile.PROD) {
            reviewed.registry()
                    .find(question.stackId())
                    .filter(peer -> peer.policy().equals(Peer.Policy.NOTHING))
                    .ifPresent(peer -> lines.add("rule: AGENTOS_PROFILE=prod: a peer without a policy does nothing"));
        }
    }

    private void wouldDeny(Peer peer, Denial rule, String value) {
        lines.add("rule: policy.dry_run of peer " + peer.stackId() + " lets it pass; " + member(rule.wireName())
                + " would deny \"" + value + "\"");
    }

    private void denied(String reason) {
        lines.add("rule: " + member(reason));
    }

    /** What an operator would change. */
    private static String member(String reason) {
        return switch (reason) {
            case "direction" -> "policy.directions";
            case "tenant" -> "policy.tenants";
            case "peer_not_found" -> "the registry has no such peer";
            case "agent" -> "policy.agents";
            case "event_type" -> "policy.event_types";
            case "event_size" -> "policy.max_event_bytes";
            case "peer_not_proven", "peer_mismatch", "identity_ambiguous" -> "identity (" + reason + ")";
            default -> reason;
        };
    }
}
