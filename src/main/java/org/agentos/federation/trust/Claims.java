package org.agentos.federation.trust;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.error.Ids;
import org.agentos.federation.http.InboundRequest;

/** What headers and body say about a caller, unproven, with every id fit to be stored and passed on. */
record Claims(
        Optional<String> headerTenant,
        Optional<String> bodyTenant,
        Optional<String> headerPrincipal,
        Optional<String> bodyPrincipal,
        Optional<String> peer,
        Optional<Set<String>> headerScopes,
        Set<String> wishedScopes) {

    /** Given twice they could mean one caller here and another one to whatever stands before or behind this gateway. */
    private static final List<String> SINGLE =
            List.of("Authorization", "X-Tenant-Id", "X-Principal-Id", "X-Peer-Id", "X-Scopes");

    /** @throws FederationException {@code invalid_request} naming every unfit id and every header given twice */
    static Claims of(InboundRequest request, BodyAuth body) {
        Claims claims = new Claims(
                request.header("X-Tenant-Id"),
                body.tenantId(),
                request.header("X-Principal-Id"),
                body.principalId(),
                request.header("X-Peer-Id"),
                request.header("X-Scopes").map(Scopes::parse),
                body.scopes().orElse(Set.of()));
        List<String> problems = new ArrayList<>();
        for (String name : SINGLE) {
            if (request.headers().contains(name)
                    && request.headers().getAll(name).size() > 1) {
                problems.add(name + " is given more than once");
            }
        }
        claims.requireFitIds(problems);
        return claims;
    }

    private void requireFitIds(List<String> problems) {
        check("X-Tenant-Id", headerTenant, problems);
        check("auth.tenant_id", bodyTenant, problems);
        check("X-Principal-Id", headerPrincipal, problems);
        check("auth.principal_id", bodyPrincipal, problems);
        check("X-Peer-Id", peer, problems);
        if (!problems.isEmpty()) {
            throw new FederationException(ErrorCode.INVALID_REQUEST, "what names the caller is not fit")
                    .detail("problems", problems);
        }
    }

    private static void check(String name, Optional<String> id, List<String> problems) {
        id.flatMap(Ids::problem).ifPresent(problem -> problems.add(name + " " + problem));
    }
}
