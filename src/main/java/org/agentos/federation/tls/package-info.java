/** Certificates and keys: read from PEM files, judged, shown and trusted, and turned to others while the gateway runs. */
package org.agentos.federation.tls;
