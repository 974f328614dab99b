/** What an operator can have a running gateway do: reload, back up, turn keys, see to subscriptions, ask what is allowed. */
package org.agentos.federation.operator;
