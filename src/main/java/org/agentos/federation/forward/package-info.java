/**
 * Runs started on peers: the request, the choice of a peer, the call. The steps that {@code routes/forward} names hand one
 * {@link org.agentos.federation.forward.Forward} on; {@link org.agentos.federation.forward.store.ForwardStore} keeps what must
 * outlive the process.
 */
package org.agentos.federation.forward;
