/**
 * Runs started on peers: the request, the choice of a peer, the call, and the journal and index that remember where each
 * run went. The steps that {@code routes/forward} names hand one {@link org.agentos.federation.forward.Forward} on;
 * {@link org.agentos.federation.forward.ForwardStore} keeps what must outlive the process.
 */
package org.agentos.federation.forward;
