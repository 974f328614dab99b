/**
 * Drills: what is promised is shown by breaking things. Each drill runs in a short form with {@code mvn verify}, in its long form
 * with {@code mvn -Pdrills verify}; docs/reliability.md says what each one proves and what it does not.
 */
package org.agentos.federation.drills;
