/**
 * How much a tenant, a peer and all callers together may do: rates, requests at once, daily quotas. A limit refuses at once
 * and never waits; what was refused has reached neither a peer nor the log.
 */
package org.agentos.federation.limits;
