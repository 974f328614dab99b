package org.agentos.federation.peer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a peer says it can do. {@code runs.forward} and {@code runs_forward} are the same name.
 *
 * @param names with {@code _} between their words
 * @param modelTiers as the peer names them
 * @param denied names the peer says it does not have, in the same form
 * @param protocol of its federation API, as it says; absent when it says none
 * @param known false when nobody could ask it, and the two basic names are taken for granted
 */
public record Capabilities(
        Set<String> names, Set<String> denied, Set<String> modelTiers, Optional<String> protocol, boolean known) {
    /** The version of the federation API that is spoken here. */
    public static final String PROTOCOL = "1.0";

    /** Running an idempotency key at most once. */
    public static final String IDEMPOTENCY_KEYS = "idempotency_keys";

    /** Event streams that begin where a cursor parameter asks. */
    public static final String EVENTS_REPLAY = "events_replay";

    /** Of a peer that cannot be asked, or has not answered yet. */
    public static final Capabilities ASSUMED =
            new Capabilities(Set.of("runs_forward", "events_stream"), Set.of(), false);

    /** A peer with more of them is not one to remember. */
    private static final int MAX_NAMES = 256;

    private static final int MAX_PROTOCOL = 32;

    /** Every minor version of ours. */
    private static final Pattern OUR_PROTOCOL = Pattern.compile("v?1(\\.[0-9.]+)?");

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Of a peer that denies nothing and names no protocol. */
    public Capabilities(Set<String> names, Set<String> modelTiers, boolean known) {
        this(names, Set.of(), modelTiers, Optional.empty(), known);
    }

    public Capabilities {
        names = Set.copyOf(names);
        denied = Set.copyOf(denied);
        modelTiers = Set.copyOf(modelTiers);
    }

    public boolean supports(String name) {
        return names.contains(normalised(name));
    }

    /** Whether the peer says that it cannot; one that does not mention the name denies nothing. */
    public boolean denies(String name) {
        return denied.contains(normalised(name));
    }

    /** Whether the peer's protocol and ours have a major version in common; one that names none is taken at its word. */
    public boolean speaksOurProtocol() {
        return protocol.map(version -> OUR_PROTOCOL.matcher(version).matches()).orElse(true);
    }

    /**
     * Reads a peer's answer in either form: an object with {@code supports}, or a plain list of names. What
     * {@code supports} denies is denied, whatever {@code features} says.
     *
     * @throws IOException when it is neither
     */
    static Capabilities parse(byte[] answer) throws IOException {
        JsonNode root = JSON.readTree(answer);
        JsonNode capabilities = root.isArray() ? root : root.path("capabilities");
        if (!capabilities.isArray() && !capabilities.isObject()) {
            throw new IOException("the answer has no capabilities");
        }
        Set<String> names = new HashSet<>();
        Set<String> denied = new HashSet<>();
        addTexts(root.path("features"), names);
        addTexts(capabilities, names);
        capabilities.path("supports").properties().forEach(member -> {
            if (member.getValue().asBoolean(false)) {
                names.add(normalised(member.getKey()));
            } else {
                names.remove(normalised(member.getKey()));
                denied.add(normalised(member.getKey()));
            }
        });
        Set<String> tiers = new HashSet<>();
        capabilities.path("models").path("tiers").forEach(tier -> tiers.add(tier.asText()));
        if (names.size() > MAX_NAMES || denied.size() > MAX_NAMES || tiers.size() > MAX_NAMES) {
            throw new IOException("the answer has more than " + MAX_NAMES + " names");
        }
        return new Capabilities(names, denied, tiers, protocol(root), true);
    }

    /** Texts alone, and short: it is shown to tenants. */
    private static Optional<String> protocol(JsonNode root) throws IOException {
        JsonNode protocol = root.path("protocol");
        if (protocol.isMissingNode() || protocol.isNull()) {
            return Optional.empty();
        }
        if (!protocol.isValueNode() || protocol.asText().length() > MAX_PROTOCOL) {
            throw new IOException("the answer has an unfit protocol");
        }
        return Optional.of(protocol.asText());
    }

    private static void addTexts(JsonNode list, Set<String> names) {
        if (list.isArray()) {
            list.forEach(name -> names.add(normalised(name.asText())));
        }
    }

    private static String normalised(String name) {
        return name.toLowerCase(Locale.ROOT).replace('.', '_');
    }
}
