/** What the sample Stack A in {@code routes/demo} needs beyond YAML: events that come at their time. */
package org.agentos.federation.demo;
