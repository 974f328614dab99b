/** What the peer that holds a run is asked for it: its state, and to cancel it. */
package org.agentos.federation.holder;
