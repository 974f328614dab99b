package org.agentos.federation.component;

import java.util.concurrent.Executor;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.ingest.EventReader;
import org.agentos.federation.subscription.Subscriptions;

/**
 * What the component works on, found in the registry.
 *
 * @param continuations goes on with exchanges that waited for the disk
 */
public record EventLogAccess(EventLog log, EventReader events, Subscriptions subscriptions, Executor continuations) {}
