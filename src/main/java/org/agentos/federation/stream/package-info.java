/** Events out of the log: replay from any position, then live, without a gap or a repeat between the two. */
package org.agentos.federation.stream;
