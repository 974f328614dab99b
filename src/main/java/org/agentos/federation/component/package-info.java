/**
 * The event log in routes: the Camel component {@code event-log}, whose consumers are durable subscriptions and whose producers
 * append. Its catalog entry and property setters in {@code src/generated} are made by Camel's own Maven plugin.
 */
package org.agentos.federation.component;
