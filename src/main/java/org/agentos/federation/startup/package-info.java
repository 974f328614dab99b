/** What is read and judged before anything is opened: settings that belong together, the registry, keys and certificates. */
package org.agentos.federation.startup;
