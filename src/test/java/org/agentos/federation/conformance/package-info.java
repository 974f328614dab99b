/**
 * The HTTP contract, asked of a running gateway from outside: the packaged application, or any gateway in the dev
 * profile by {@code -Dfederation.base-url=http://host:port}. Tests that need to stop the process or to script its peer
 * are skipped there, and say so.
 */
package org.agentos.federation.conformance;
