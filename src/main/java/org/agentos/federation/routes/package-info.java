/** The route files as an operator sees them: which there are, what each says, how they hang together. */
package org.agentos.federation.routes;
