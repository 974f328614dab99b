/**
 * Durable, named subscriptions to the events of all runs: how far each is, what is in flight, what could not be delivered.
 * Knows no Camel; the package {@code component} gives it its face in routes.
 */
package org.agentos.federation.subscription;
