/**
 * Steps that sample routes of integrators name by their class: what YAML alone cannot say. Each is a plain bean with setters, made
 * by the {@code beans} of a route file.
 */
package org.agentos.federation.extension;
