/** Server-sent events on the wire: a frame writer for our clients and a strict parser for our peers. */
package org.agentos.federation.sse;
