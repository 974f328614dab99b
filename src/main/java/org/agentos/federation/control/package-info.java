/**
 * The control socket: how a command of the program reaches the gateway that runs on the same data directory. It takes
 * one line and gives one answer; what the commands are is not its business.
 */
package org.agentos.federation.control;
