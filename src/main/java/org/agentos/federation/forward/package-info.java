/** Runs started on peers: the request, the choice of a peer, the journal and the index that remember where each went. */
package org.agentos.federation.forward;
