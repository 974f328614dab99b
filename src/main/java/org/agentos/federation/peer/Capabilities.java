package org.agentos.federation.peer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * What a peer says it can do. {@code runs.forward} and {@code runs_forward} are the same name.
 *
 * @param names with {@code _} between their words
 * @param modelTiers as the peer names them
 * @param known false when nobody could ask it, and the two basic names are taken for granted
 */
public record Capabilities(Set<String> names, Set<String> modelTiers, boolean known) {
    /** Of a peer that cannot be asked, or has not answered yet. */
    public static final Capabilities ASSUMED =
            new Capabilities(Set.of("runs_forward", "events_stream"), Set.of(), false);

    /** A peer with more of them is not one to remember. */
    private static final int MAX_NAMES = 256;

    private static final ObjectMapper JSON = new ObjectMapper();

    public Capabilities {
        names = Set.copyOf(names);
        modelTiers = Set.copyOf(modelTiers);
    }

    public boolean supports(String name) {
        return names.contains(normalised(name));
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
        addTexts(root.path("features"), names);
        addTexts(capabilities, names);
        capabilities.path("supports").properties().forEach(member -> {
            if (member.getValue().asBoolean(false)) {
                names.add(normalised(member.getKey()));
            } else {
                names.remove(normalised(member.getKey()));
            }
        });
        Set<String> tiers = new HashSet<>();
        capabilities.path("models").path("tiers").forEach(tier -> tiers.add(tier.asText()));
        if (names.size() > MAX_NAMES || tiers.size() > MAX_NAMES) {
            throw new IOException("the answer has more than " + MAX_NAMES + " names");
        }
        return new Capabilities(names, tiers, true);
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
