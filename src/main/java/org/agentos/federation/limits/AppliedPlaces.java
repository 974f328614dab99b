package org.agentos.federation.limits;

import java.time.Duration;
import java.util.Optional;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.settings.LimitKind;

/**
 * Requests under way at one time.
 *
 * @param whose tenant, peer or route
 * @param key whose places they are, among all
 */
record AppliedPlaces(String whose, LimitKind kind, int most, Places places, String key) implements Applied {
    /** A request is over soon; nobody knows when. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private String requests() {
        return "concurrent_" + (kind == LimitKind.EVENTS ? "ingests" : kind.plural());
    }

    private String name() {
        return requests().replace('_', '-') + "-" + whose;
    }

    @Override
    public Optional<FederationException> take(long amount) {
        return places.take(key, most)
                ? Optional.empty()
                : Optional.of(new FederationException(
                                ErrorCode.RATE_LIMITED, "Too many requests of this " + whose + " are under way.")
                        .detail("kind", requests())
                        .detail("reason", name())
                        .detail("limit", most)
                        .retryAfter(RETRY_AFTER));
    }

    @Override
    public void undo(long amount) {
        places.leave(key);
    }

    @Override
    public void settle(long taken, long used) {
        places.leave(key);
    }

    @Override
    public Optional<String> policy() {
        return Optional.of('"' + name() + "\";q=" + most + ";qu=\"concurrent-requests\"");
    }

    @Override
    public Optional<String> state() {
        return Optional.of('"' + name() + "\";r=" + Math.max(0, most - places.taken(key)));
    }
}
