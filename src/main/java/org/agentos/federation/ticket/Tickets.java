package org.agentos.federation.ticket;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.http.InboundRequest;
import org.agentos.federation.http.OwnOrigin;
import org.agentos.federation.settings.TicketSettings;
import org.agentos.federation.settings.WebOrigin;
import org.agentos.federation.trust.Caller;
import org.agentos.federation.trust.Refusals;

/** Makes tickets and judges those that are shown. Nothing is kept of a ticket: it says itself what it is good for. */
public final class Tickets {
    /** The parameter that shows a ticket. */
    static final String PARAMETER = "ticket";

    private static final Set<String> SCOPES = Set.of("events:read");

    /** The longest host name and what stands around it. */
    private static final int MAX_ORIGIN = 300;

    private final TicketCodec codec;
    private final TicketSettings settings;
    private final OwnOrigin own;
    private final Duration leeway;
    private final InstantSource clock;

    /**
     * Makes and opens tickets.
     *
     * @param leeway by which a caller may be let in after the end of its token
     */
    public Tickets(TicketCodec codec, TicketSettings settings, OwnOrigin own, Duration leeway, InstantSource clock) {
        this.codec = codec;
        this.settings = settings;
        this.own = own;
        this.leeway = leeway;
        this.clock = clock;
    }

    boolean inUse() {
        return settings.enabled();
    }

    /**
     * A ticket for a run that the caller may read, bound to the page that asks.
     *
     * @throws FederationException {@code forbidden} for a page without an origin of its own, {@code unauthorized} when
     *     nothing is left of the caller's token
     */
    Ticket make(Caller caller, String runId, InboundRequest request) {
        Optional<String> origin = OwnOrigin.ofPage(request.headers());
        if (origin.isPresent() && !isOne(origin.get())) {
            throw Refusals.forbidden("ticket_origin", "a ticket is bound to an origin, and this page has none");
        }
        Instant longest = clock.instant().plus(settings.lifetime()).truncatedTo(ChronoUnit.MILLIS);
        Instant expires = caller.validUntil()
                .map(until -> until.minus(leeway)) // leeway is for clocks, not for more time
                .filter(longest::isAfter)
                .orElse(longest);
        if (!clock.instant().isBefore(expires)) {
            throw Refusals.invalidToken("the token has expired");
        }
        return new Ticket(caller.tenantId().orElseThrow(), caller.principalId(), runId, origin, expires);
    }

    String seal(Ticket ticket) {
        return codec.seal(ticket);
    }

    /**
     * The ticket a request shows.
     *
     * @throws FederationException {@code invalid_request} where it must not show one, {@code unauthorized} for one that is
     *     not good or not any more
     */
    Ticket open(InboundRequest request) {
        if (!inUse()) {
            throw invalid("tickets are not in use here: federation.ticket.enabled");
        }
        if (request.header("Authorization").isPresent()
                || request.repeatedParameters().contains(PARAMETER)) {
            throw invalid("a ticket must be the only one, and stand without an Authorization header");
        }
        Ticket ticket = codec.open(request.query().get(PARAMETER))
                .orElseThrow(() -> Refusals.invalidToken("the ticket is none of this gateway"));
        if (!clock.instant().isBefore(ticket.expires())) {
            throw Refusals.invalidToken("the ticket has expired");
        }
        return ticket;
    }

    /** Who holds a ticket may do what it is good for and nothing else, and no longer. */
    static Caller holder(Ticket ticket, InboundRequest request) {
        return new Caller(
                Optional.of(ticket.tenantId()),
                ticket.principalId(),
                SCOPES,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                request.requestId(),
                request.correlationId(),
                Optional.empty(),
                Optional.of(ticket.expires()));
    }

    /** @throws FederationException unless the ticket is for this run and page, and the headers name no other tenant */
    void requireFit(Ticket ticket, String runId, InboundRequest request) {
        if (!ticket.runId().equals(runId)) {
            throw Refusals.forbidden("ticket_run", "the ticket is for another run");
        }
        if (!comesFrom(ticket.origin(), request)) {
            throw Refusals.forbidden("ticket_origin", "the ticket was made for a page of another origin");
        }
        boolean otherTenant =
                request.headers().getAll("X-Tenant-Id").stream().anyMatch(named -> !named.equals(ticket.tenantId()));
        if (otherTenant) {
            throw new FederationException(ErrorCode.TENANT_MISMATCH, "ticket and headers do not name the same tenant");
        }
    }

    /**
     * Browsers name the origin of every page but one that reads from its own address. Of that they say so themselves
     * where the address is a secure one; elsewhere the address decides.
     */
    private boolean comesFrom(Optional<String> bound, InboundRequest request) {
        Optional<String> page = OwnOrigin.ofPage(request.headers());
        if (page.isPresent() || bound.isEmpty()) {
            return page.equals(bound);
        }
        return request.header("Sec-Fetch-Site")
                .map("same-origin"::equals)
                .orElseGet(() -> own.is(bound.get(), request.headers()));
    }

    private static boolean isOne(String origin) {
        try {
            return origin.length() <= MAX_ORIGIN && WebOrigin.of(origin).equals(origin);
        } catch (IllegalArgumentException none) {
            return false;
        }
    }

    private static FederationException invalid(String problem) {
        return new FederationException(ErrorCode.INVALID_REQUEST, problem);
    }
}
