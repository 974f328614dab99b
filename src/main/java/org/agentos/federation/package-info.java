/** The AgentOS Federation Gateway: boots, and wires every bean that routes may name. */
package org.agentos.federation;
