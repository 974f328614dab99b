package org.agentos.federation.peer;

import java.util.function.Function;
import org.agentos.federation.error.Ids;

/** Reads a stack's description of itself, the part of an entry that the first implementation reads too. */
final class StackReader {
    private static final String ORCHESTRATOR = "agent-orchestrator_base_url";
    private static final String MODEL_POLICY = "model-policy_base_url";

    private StackReader() {}

    /**
     * Unknown members of the object itself are left to the caller, who may know more of them.
     *
     * @param called whether the stack is one to be called, which needs an address
     */
    static PeerInfo read(FileObject stack, boolean called) {
        return new PeerInfo(
                stack.parsed("stack_id", StackReader::stackId).orElse(null),
                stack.text("environment").orElse(null),
                stack.text("region").orElse(null),
                stack.list("api_versions", Function.identity()).orElse(null),
                stack.object("endpoints")
                        .map(endpoints -> endpoints(endpoints, called))
                        .orElse(null),
                stack.object("build").map(StackReader::build).orElse(null));
    }

    private static String stackId(String text) {
        Ids.problem(text).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
        return text;
    }

    private static PeerInfo.Endpoints endpoints(FileObject endpoints, boolean called) {
        if (called) {
            endpoints.require(ORCHESTRATOR);
        }
        PeerInfo.Endpoints read = new PeerInfo.Endpoints(url(endpoints, ORCHESTRATOR), url(endpoints, MODEL_POLICY));
        endpoints.reportUnknown();
        return read;
    }

    private static String url(FileObject endpoints, String member) {
        return endpoints.url(member).map(Object::toString).orElse(null);
    }

    private static PeerInfo.Build build(FileObject build) {
        PeerInfo.Build read = new PeerInfo.Build(
                build.text("version").orElse(null),
                build.text("git_sha").orElse(null),
                build.text("timestamp").orElse(null));
        build.reportUnknown();
        return read;
    }
}
