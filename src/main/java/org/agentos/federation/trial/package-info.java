/** {@code federation routes test}: an integrator's routes on sample events, in a log that is thrown away. */
package org.agentos.federation.trial;
