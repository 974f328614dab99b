/** The parts of a gateway, made once, and every bean that routes may name. */
package org.agentos.federation.wiring;
