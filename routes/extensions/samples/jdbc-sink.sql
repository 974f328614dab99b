-- The tables of jdbc-sink.yaml, for PostgreSQL and for H2 in its mode PostgreSQL; to be made once, by whoever owns the database.
-- The inbox: which events a subscription has dealt with. Rows that are older than the longest time for which dead letters are
-- kept may be deleted.
CREATE TABLE IF NOT EXISTS event_inbox (
  subscription VARCHAR(64) NOT NULL,
  tenant_id VARCHAR(256) NOT NULL,
  run_id VARCHAR(256) NOT NULL,
  event_id VARCHAR(256) NOT NULL,
  seen_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL,
  PRIMARY KEY (subscription, tenant_id, run_id, event_id)
);
-- The effect: whatever you need. It has no unique key of its own, the inbox is what makes it happen once.
CREATE TABLE IF NOT EXISTS run_events (
  tenant_id VARCHAR(256) NOT NULL,
  run_id VARCHAR(256) NOT NULL,
  event_id VARCHAR(256) NOT NULL,
  event_type VARCHAR(256) NOT NULL,
  envelope TEXT NOT NULL
);
