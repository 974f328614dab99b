/** The gateway as pages in a real browser see it. In the Maven profile {@code browser} only. */
package org.agentos.federation.browser;
