/** What tests and the benchmark stand on: the packaged gateway as a process, a hostile peer, exact clients. */
package org.agentos.federation.support;
