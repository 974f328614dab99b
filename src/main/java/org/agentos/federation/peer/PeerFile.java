package org.agentos.federation.peer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.agentos.federation.settings.Profile;

/**
 * The peer registry file: {@code {"local": PeerInfo, "peers": [PeerInfo and more, ...]}}. Read once at start, with all
 * problems at once; a file with a problem must not be run with, because what could not be read may be a restriction.
 */
public final class PeerFile {
    /** The id of a stack that nobody named. */
    public static final String UNNAMED = "stk_local";

    /** Far above any real registry; a wrong path (a log, a database) is refused instead of read into memory. */
    private static final int MAX_BYTES = 4 << 20;

    private static final String VARIABLE = "AGENTOS_PEERS_FILE";
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build()
            .readerFor(JsonNode.class);

    private final Path file;
    private final Overrides overrides;
    private final PeerReader reader;
    private final Function<String, Optional<String>> properties;
    private final List<String> problems = new ArrayList<>();

    /** What the settings say about this stack over what the file says. */
    public record Overrides(Optional<String> stackId, Optional<String> environment, Optional<String> region) {
        public static final Overrides NONE = new Overrides(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * The registry and what is wrong with it.
     *
     * @param problems each with file and JSON path; when there is one, the registry is for further checks only
     */
    public record Loaded(PeerRegistry registry, List<String> problems) {}

    /**
     * @param profile in prod a peer without a policy does nothing, and is sent no caller's token unless its entry says so
     * @param properties settings that the file may name as {@code {{name}}}
     */
    public PeerFile(Path file, Profile profile, Overrides overrides, Function<String, Optional<String>> properties) {
        this.file = file;
        this.overrides = overrides;
        this.properties = properties;
        PeerTokensReader tokens =
                new PeerTokensReader(file.toAbsolutePath().normalize().getParent());
        this.reader = profile == Profile.PROD
                ? new PeerReader(Peer.Policy.NOTHING, Peer.Token.OWN, tokens)
                : new PeerReader(Peer.Policy.UNRESTRICTED, Peer.Token.CALLER, tokens);
    }

    /** The registry of a gateway without a registry file: it knows itself and nobody else. */
    public static PeerRegistry absent(Overrides overrides) {
        return new PeerRegistry(local(Optional.empty(), overrides), List.of(), false);
    }

    public Loaded read() {
        JsonNode root = parse();
        if (!root.isObject()) {
            if (problems.isEmpty()) {
                report("", root.isMissingNode() ? "is not JSON: it is empty" : "must be a JSON object");
            }
            return new Loaded(absent(overrides), List.copyOf(problems));
        }
        FileObject file = new FileObject(root, "", new Sink());
        PeerInfo local = local(file.object("local").map(PeerFile::described), overrides);
        List<Peer> peers = peers(file.objects("peers"), local.stackId());
        file.reportUnknown();
        return new Loaded(new PeerRegistry(local, peers, true), List.copyOf(problems));
    }

    private JsonNode parse() {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                report("", "is larger than " + MAX_BYTES + " bytes");
                return MissingNode.getInstance();
            }
            return JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            report("", "is not JSON: " + where(e) + e.getOriginalMessage());
        } catch (IOException e) {
            report("", "cannot be read: " + e);
        }
        return MissingNode.getInstance();
    }

    private static String where(JsonProcessingException e) {
        return e.getLocation() == null
                ? ""
                : "line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ": ";
    }

    private static PeerInfo described(FileObject local) {
        PeerInfo info = StackReader.read(local, false);
        local.reportUnknown();
        return info;
    }

    private static PeerInfo local(Optional<PeerInfo> described, Overrides overrides) {
        PeerInfo said = described.orElse(new PeerInfo(null, null, null, null, null, null));
        return new PeerInfo(
                overrides.stackId().orElse(said.stackId() == null ? UNNAMED : said.stackId()),
                overrides.environment().orElse(said.environment()),
                overrides.region().orElse(said.region()),
                said.apiVersions(),
                said.endpoints(),
                said.build());
    }

    private List<Peer> peers(List<FileObject> entries, String ownId) {
        List<Peer> peers = new ArrayList<>();
        Map<String, String> owners = new HashMap<>(Map.of(ownId, "this stack"));
        Map<String, String> holders = new HashMap<>();
        Map<String, String> issuers = new HashMap<>();
        for (FileObject entry : entries) {
            reader.read(entry).ifPresent(peer -> {
                claim(owners, peer.stackId(), entry, "stack_id");
                peer.identities().forEach(identity -> claim(holders, identity, entry, "identity"));
                peer.ownTokens().ifPresent(own -> claim(issuers, own.issuer(), entry, "tokens.issuer"));
                peers.add(peer);
            });
        }
        return peers;
    }

    /** Ids, identities and issuers belong to one stack: who is who must never depend on the order of the file. */
    private static void claim(Map<String, String> taken, String value, FileObject entry, String member) {
        String other = taken.putIfAbsent(value, entry.path());
        if (other != null) {
            entry.problem(member, "\"" + value + "\" already belongs to " + other);
        }
    }

    private void report(String path, String what) {
        problems.add(VARIABLE + " (" + file + "): " + (path.isEmpty() ? what : path + " " + what));
    }

    private final class Sink implements FileObject.Problems {
        @Override
        public void add(String path, String what) {
            report(path, what);
        }

        @Override
        public Optional<String> property(String name) {
            return properties.apply(name);
        }
    }
}
