/** How the gateway says no: the codes of the contract, the exception that carries one, the record on the wire. */
package org.agentos.federation.error;
