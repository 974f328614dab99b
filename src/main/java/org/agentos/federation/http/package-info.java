/** HTTP in and out of Camel: an own platform-http engine on Vert.x with exact paths, bounded work and streamed bodies. */
package org.agentos.federation.http;
