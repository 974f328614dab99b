/**
 * Tickets: what opens the events of one run to a page in a browser, whose EventSource cannot send a token. Made for a
 * caller that was let in, sealed so that nothing about them is kept, and good for reading that run only.
 */
package org.agentos.federation.ticket;
