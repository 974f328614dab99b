/** Sample sinks that need components of {@code lib/ext}, against real databases. In the Maven profile {@code sinks} only. */
package org.agentos.federation.sinks;
