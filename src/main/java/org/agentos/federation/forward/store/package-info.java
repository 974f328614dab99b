/**
 * What is known of forwards over restarts. {@link org.agentos.federation.forward.store.ForwardStore} keeps it: where each run
 * went is its index, what became of each idempotency key its keys; both are in memory and say what the journal says, whose
 * records are on disk first. No step of a route is in here, and nothing that calls a peer.
 */
package org.agentos.federation.forward.store;
