-- How the runs of a probe went, by the minute, the hour and the day. "part" tells apart who counted a
-- minute; hours and days are of all parts.
CREATE TABLE rollup (
  probe TEXT NOT NULL, step TEXT NOT NULL, start BIGINT NOT NULL, node TEXT NOT NULL,
  part TEXT NOT NULL, runs BIGINT NOT NULL, failures BIGINT NOT NULL, unknown BIGINT NOT NULL,
  maintenance_runs BIGINT NOT NULL, maintenance_failures BIGINT NOT NULL,
  covered_millis BIGINT NOT NULL, latency TEXT NOT NULL,
  PRIMARY KEY (probe, step, start, node, part)) WITHOUT ROWID;
-- Of minutes, to find what is old. Not of "start" itself: for rows of some probes at one time
-- PostgreSQL would take it as long as it has no statistics, and read the rows of all probes.
CREATE INDEX rollup_minute ON rollup (step, (start / 60000));

CREATE TABLE raw_observation (
  node TEXT NOT NULL, at BIGINT NOT NULL, seq BIGINT NOT NULL, probe TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (node, at, seq));
CREATE INDEX raw_observation_probe ON raw_observation (probe, at, seq);
CREATE INDEX raw_observation_at ON raw_observation (at);
