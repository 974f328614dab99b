/** Who is asking and what they may do: tokens, certificates, scopes and the policy of each peer. Denies when in doubt. */
package org.agentos.federation.trust;
