package org.agentos.federation.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.http.InboundRequest;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.Caller;
import org.agentos.federation.trust.Refusals;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Answers {@code GET /v1/federation/audit}: a page of a tenant's records, oldest first. Sets the exchange property
 * {@value #OF_OTHERS} when the records are not the caller's own tenant's.
 */
public final class ReadAudit implements Processor {
    public static final String OF_OTHERS = "auditOfOthers";

    /** Names all tenants, and the records that are of none. */
    private static final String EVERYBODY = "*";

    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;

    /** Pages read at once: they use the disk that records are written to. */
    private static final int MAX_AT_ONCE = 4;

    private static final Set<String> OUTCOMES = Set.of("allowed", "denied", "failed");
    private static final Pattern CURSOR = Pattern.compile("1:([0-9]{1,8}):([0-9]{1,18}):([0-9a-f]{16})");

    private final Optional<AuditPages> pages;
    private final Semaphore places = new Semaphore(MAX_AT_ONCE);

    public ReadAudit(AuditTrail trail) {
        this.pages = trail.pages();
    }

    /** What the trail says of a look at records of others. */
    private record OthersRead(String tenantId, int records) implements Audited {
        @Override
        public Optional<String> auditResource() {
            return Optional.of("audit");
        }

        @Override
        public Map<String, Object> auditMeta() {
            return Map.of("of_tenant", tenantId, "records", records);
        }
    }

    @Override
    public void process(Exchange exchange) {
        Caller caller = exchange.getProperty(AdmitCaller.CALLER, Caller.class);
        Map<String, String> query = exchange.getProperty(InboundRequest.PROPERTY, InboundRequest.class)
                .query();
        String own = caller.tenantId().orElseThrow();
        String tenant = query.getOrDefault("tenant_id", own);
        boolean ofOthers = tenant.equals(EVERYBODY) || !tenant.equals(own); // a tenant may be called like everybody
        if (ofOthers) {
            exchange.setProperty(Audited.PROPERTY, new OthersRead(cut(tenant), 0));
            if (!caller.mayDo("platform:admin")) {
                throw Refusals.insufficientScope("platform:admin");
            }
        }
        AuditPages source = pages.orElseThrow(() -> new FederationException(
                ErrorCode.NOT_IMPLEMENTED, "The audit trail goes to a stream; only one in files can be read here."));
        AuditQuery wanted = parse(query, tenant);
        AuditPages.Page page = read(source, wanted, Optional.ofNullable(query.get("cursor")), tenant);
        exchange.setProperty(OF_OTHERS, ofOthers);
        if (ofOthers) {
            exchange.setProperty(
                    Audited.PROPERTY, new OthersRead(tenant, page.records().size()));
        }
        exchange.getMessage().setHeader("Cache-Control", "no-store");
        exchange.getMessage().setBody(answer(page, tenant));
    }

    private AuditPages.Page read(AuditPages source, AuditQuery wanted, Optional<String> cursor, String tenant) {
        Optional<AuditPages.Place> after = cursor.map(text -> placeOf(text, tenant));
        if (!places.tryAcquire()) {
            throw new FederationException(ErrorCode.UNAVAILABLE, "The audit trail is being read by others.")
                    .retryAfter(Duration.ofSeconds(1));
        }
        try {
            return source.read(wanted, after).orElseThrow(ReadAudit::notGivenHere);
        } catch (NoSuchFileException gone) {
            throw new FederationException(ErrorCode.CURSOR_EXPIRED, "The records after the cursor are kept no more.");
        } catch (IOException e) {
            throw new FederationException(
                            ErrorCode.STORAGE_UNAVAILABLE, "The audit trail cannot be read at the moment.")
                    .retryAfter(Duration.ofSeconds(1));
        } finally {
            places.release();
        }
    }

    private static Map<String, Object> answer(AuditPages.Page page, String tenant) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("records", page.records());
        answer.put("next_cursor", cursorOf(page.next(), tenant));
        answer.put("has_more", page.more());
        return answer;
    }

    private static AuditQuery parse(Map<String, String> query, String tenant) {
        List<String> problems = new ArrayList<>();
        Optional<String> action = Optional.ofNullable(query.get("action"));
        if (!action.map(name -> name.matches("[a-z_.]{1,128}(\\.\\*)?")).orElse(true)) {
            problems.add("action must be a name of an action, or the beginning of one and .*");
        }
        Optional<String> outcome = Optional.ofNullable(query.get("outcome"));
        if (!outcome.map(OUTCOMES::contains).orElse(true)) {
            problems.add("outcome must be allowed, denied or failed");
        }
        String limit = query.getOrDefault("limit", Integer.toString(DEFAULT_LIMIT));
        if (!limit.matches("[0-9]{1,4}") || Integer.parseInt(limit) < 1 || Integer.parseInt(limit) > MAX_LIMIT) {
            problems.add("limit must be a whole number from 1 to " + MAX_LIMIT);
        }
        Optional<Instant> since = time(query, "since", problems);
        Optional<Instant> until = time(query, "until", problems);
        if (tenant.isEmpty() || tenant.length() > 256) {
            problems.add("tenant_id must be an id of 1 to 256 characters");
        }
        if (!problems.isEmpty()) {
            throw new FederationException(ErrorCode.INVALID_REQUEST, "The request is not valid.")
                    .detail("problems", problems);
        }
        Optional<String> ofTenant = Optional.of(tenant).filter(id -> !id.equals(EVERYBODY));
        return new AuditQuery(ofTenant, since, until, action, outcome, Integer.parseInt(limit));
    }

    private static Optional<Instant> time(Map<String, String> query, String name, List<String> problems) {
        try {
            return Optional.ofNullable(query.get(name))
                    .map(text -> OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            problems.add(name + " must be a time like 2026-01-31T08:00:00Z");
            return Optional.empty();
        }
    }

    /** Bound to the tenant: what it says of the size of a trail is told to those who read it. */
    private static String cursorOf(AuditPages.Place place, String tenant) {
        String text = "1:" + place.file() + ":" + place.offset() + ":" + mark(tenant);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static AuditPages.Place placeOf(String cursor, String tenant) {
        try {
            Matcher parts =
                    CURSOR.matcher(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII));
            if (parts.matches() && parts.group(3).equals(mark(tenant))) {
                return new AuditPages.Place(Integer.parseInt(parts.group(1)), Long.parseLong(parts.group(2)));
            }
        } catch (IllegalArgumentException e) {
            // answered below
        }
        throw notGivenHere();
    }

    private static FederationException notGivenHere() {
        return new FederationException(ErrorCode.INVALID_CURSOR, "the cursor is not one that was given here");
    }

    private static String mark(String tenant) {
        return ChainKey.NONE.seal(tenant.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
    }

    private static String cut(String claim) {
        return claim.substring(0, Math.min(claim.length(), 256));
    }
}
