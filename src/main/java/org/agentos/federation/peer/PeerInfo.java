package org.agentos.federation.peer;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.regex.Pattern;

/** A stack as it describes itself on the wire and in the registry file; members it does not give stay null. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PeerInfo(
        @JsonProperty("stack_id") String stackId,
        @JsonProperty("environment") String environment,
        @JsonProperty("region") String region,
        @JsonProperty("api_versions") List<String> apiVersions,
        @JsonProperty("endpoints") Endpoints endpoints,
        @JsonProperty("build") Build build) {
    /** Of the run API that forwards call, as it stands in their URLs; registries write 1.0 too. */
    public static final String API_VERSION = "v1";

    private static final Pattern OUR_VERSION = Pattern.compile("v?1(\\.[0-9.]+)?");

    /** Whether the stack has {@link #API_VERSION}; one that lists no versions is taken at its word when it answers. */
    public boolean speaksOurVersion() {
        return apiVersions == null
                || apiVersions.isEmpty()
                || apiVersions.stream()
                        .anyMatch(version -> OUR_VERSION.matcher(version).matches());
    }

    /** Where the stack's services are. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Endpoints(
            @JsonProperty("agent-orchestrator_base_url") String agentOrchestratorBaseUrl,
            @JsonProperty("model-policy_base_url") String modelPolicyBaseUrl) {}

    /** What the stack runs. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Build(
            @JsonProperty("version") String version,
            @JsonProperty("git_sha") String gitSha,
            @JsonProperty("timestamp") String timestamp) {}
}
