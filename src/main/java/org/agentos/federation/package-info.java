/** The AgentOS Federation Gateway: the program, its start and its stop. */
package org.agentos.federation;
