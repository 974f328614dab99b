/** What an operator can set, as records: read from config and environment, validated with all problems at once. */
package org.agentos.federation.settings;
