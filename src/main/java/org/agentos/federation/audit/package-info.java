/** Who did what, allowed or not: one JSON line a record, chained by hashes, on disk before the answer. */
package org.agentos.federation.audit;
