/** Deleting a run on request: its events go, and it is remembered as deleted wherever the gateway knows it. */
package org.agentos.federation.deletion;
