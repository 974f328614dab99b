/** Load on the packaged gateway, side by side with the least a bare server must do for the same work. */
package org.agentos.federation.bench;
