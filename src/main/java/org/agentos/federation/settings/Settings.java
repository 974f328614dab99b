package org.agentos.federation.settings;

import java.nio.file.Path;
import java.util.Map;

/**
 * Everything an operator decided, validated.
 *
 * @param home what relative paths resolve against
 * @param properties every setting as text, paths absolute, for the placeholders of routes; integrators' own included
 */
public record Settings(
        Profile profile,
        Path home,
        Path dataDir,
        StackSettings stack,
        HttpSettings http,
        TrustSettings trust,
        JwtSettings jwt,
        ForwardSettings forward,
        HolderSettings holder,
        BreakerSettings breaker,
        RetryBudgetSettings retryBudget,
        IngestSettings ingest,
        EventLogSettings eventLog,
        RetentionSettings retention,
        StreamSettings stream,
        LimitSettings limits,
        TicketSettings ticket,
        AuditSettings audit,
        MirrorSettings mirror,
        ShutdownSettings shutdown,
        Map<String, String> properties) {}
