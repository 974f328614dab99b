package org.agentos.federation.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.agentos.federation.peer.PeerChange;
import org.agentos.federation.peer.PeerRegistry;
import org.agentos.federation.settings.ForwardingKeys;
import org.agentos.federation.settings.Key;
import org.agentos.federation.settings.Settings;

/**
 * What a reload changes.
 *
 * @param local whether this stack describes itself in another way
 * @param redelivery the properties of redelivery that have another value
 * @param certificates whose certificates are others: {@code listener}, {@code peers}
 * @param tokenKeys whether the file of keys for callers' tokens holds others
 */
public record ReloadChange(
        PeerChange peers, boolean local, List<String> redelivery, List<String> certificates, boolean tokenKeys) {
    /** The settings that may change while the gateway runs; all others are read at the start only. */
    private static final Set<String> REDELIVERY = Stream.of(
                    ForwardingKeys.MAX_ATTEMPTS,
                    ForwardingKeys.BASE_BACKOFF,
                    ForwardingKeys.MULTIPLIER,
                    ForwardingKeys.JITTER,
                    ForwardingKeys.MAX_BACKOFF,
                    ForwardingKeys.RETRY_STATUSES,
                    ForwardingKeys.DEADLINE)
            .map(Key::property)
            .collect(Collectors.toUnmodifiableSet());

    /** @param taken the settings as they were last taken over */
    static ReloadChange between(PeerRegistry now, PeerRegistry next, Map<String, String> taken, Settings settings) {
        return new ReloadChange(
                now.changeTo(next),
                !now.local().equals(next.local()),
                differences(taken, settings.properties())
                        .filter(REDELIVERY::contains)
                        .toList(),
                List.of(),
                false);
    }

    ReloadChange withCertificates(List<String> different) {
        return new ReloadChange(peers, local, redelivery, different, tokenKeys);
    }

    ReloadChange withTokenKeys(boolean different) {
        return new ReloadChange(peers, local, redelivery, certificates, different);
    }

    boolean isEmpty() {
        return peers.isEmpty() && !local && redelivery.isEmpty() && certificates.isEmpty() && !tokenKeys;
    }

    Map<String, Object> auditMeta() {
        return Map.of(
                "added",
                peers.added(),
                "removed",
                peers.removed(),
                "changed",
                peers.changed(),
                "local",
                local,
                "redelivery",
                redelivery,
                "certificates",
                certificates,
                "token_keys",
                tokenKeys);
    }

    /** What the files say and only a restart makes true. */
    List<String> needsRestart(Settings running, Settings read) {
        List<String> waiting = new ArrayList<>();
        differences(running.properties(), read.properties())
                .filter(name -> !REDELIVERY.contains(name))
                .forEach(name -> waiting.add(name + " has changed and needs a restart"));
        if (running.stack().peersFile().isEmpty() && read.stack().peersFile().isPresent()) {
            waiting.add("a registry file is there now and needs a restart, since the gateway started without one");
        }
        return waiting;
    }

    /** For the operator. */
    List<String> lines(List<String> waiting) {
        List<String> lines = new ArrayList<>();
        if (isEmpty()) {
            lines.add("nothing has changed that can change at run time");
        } else {
            lines.addAll(peers.lines());
            lines.add(
                    "redelivery settings changed: " + (redelivery.isEmpty() ? "none" : String.join(", ", redelivery)));
        }
        if (!certificates.isEmpty()) {
            lines.add("certificates changed: " + String.join(", ", certificates));
        }
        if (tokenKeys) {
            lines.add("keys for tokens changed");
        }
        if (local) {
            lines.add("this stack's description of itself changed");
        }
        lines.addAll(waiting);
        return lines;
    }

    private static Stream<String> differences(Map<String, String> one, Map<String, String> other) {
        Set<String> names = new TreeSet<>(one.keySet());
        names.addAll(other.keySet());
        return names.stream().filter(name -> !Objects.equals(one.get(name), other.get(name)));
    }
}
