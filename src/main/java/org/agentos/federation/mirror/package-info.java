/** One upstream per forwarded run, read from the peer's event stream into the event log. */
package org.agentos.federation.mirror;
