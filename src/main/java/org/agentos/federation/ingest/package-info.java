/** Events pushed or mirrored, on their way into the log: body shapes, duplicate marks, sequence marks, one append. */
package org.agentos.federation.ingest;
