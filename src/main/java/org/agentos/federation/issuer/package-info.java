/** The tokens this gateway issues for its calls to peers, and the keys that sign them. None of them opens anything here. */
package org.agentos.federation.issuer;
