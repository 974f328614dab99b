/** The commands of {@code federation}, as an operator types them. */
package org.agentos.federation.command;
