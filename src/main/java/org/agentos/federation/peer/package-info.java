/** The other stacks: the registry file, what a peer can do, and how it is reached. */
package org.agentos.federation.peer;
