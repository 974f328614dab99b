package org.agentos.federation.forward;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.error.Ids;

/** Which key makes a forward idempotent: the body's, else the header's, else one made here for the gateway's own retries. */
final class IdempotencyKey {
    private final RandomGenerator random;

    IdempotencyKey(RandomGenerator random) {
        this.random = random;
    }

    /** @throws FederationException {@code invalid_request} when body and header differ or the header is unfit */
    String choose(Optional<String> inBody, Optional<String> header) {
        Optional<String> inHeader = header.map(IdempotencyKey::unquoted);
        inHeader.flatMap(Ids::problem).ifPresent(problem -> refuse("the Idempotency-Key header " + problem));
        if (inBody.isPresent() && inHeader.isPresent() && !inBody.equals(inHeader)) {
            refuse("the Idempotency-Key header differs from forward.run_request.idempotency_key");
        }
        return inBody.or(() -> inHeader).orElseGet(this::generated);
    }

    /** The IETF draft makes the header a quoted string; its quotes are not part of the key. */
    private static String unquoted(String header) {
        String value = header.strip();
        boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1") : value;
    }

    private String generated() {
        HexFormat hex = HexFormat.of();
        return "fwd_" + hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
    }

    private static void refuse(String problem) {
        throw new FederationException(ErrorCode.INVALID_REQUEST, "The forward request is not valid.")
                .detail("problems", List.of(problem));
    }
}
