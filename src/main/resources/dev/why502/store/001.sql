-- Times are milliseconds since 1970, UTC. "WITHOUT ROWID" is left out for PostgreSQL.

CREATE TABLE writer (
  node TEXT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (node)) WITHOUT ROWID;

CREATE TABLE verdict_change (
  node TEXT NOT NULL, at BIGINT NOT NULL, seq BIGINT NOT NULL, probe TEXT NOT NULL,
  since BIGINT NOT NULL, state TEXT NOT NULL, cause TEXT NOT NULL, confidence TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (node, at, seq));
CREATE INDEX verdict_change_probe ON verdict_change (probe, at, seq);
CREATE INDEX verdict_change_at ON verdict_change (at);

-- The newest change of each probe, which outlives the changes before it.
CREATE TABLE standing (
  node TEXT NOT NULL, probe TEXT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL,
  since BIGINT NOT NULL, state TEXT NOT NULL, cause TEXT NOT NULL, confidence TEXT NOT NULL,
  PRIMARY KEY (node, probe)) WITHOUT ROWID;

-- An incident as it stands; "restore" is null when it is over.
CREATE TABLE incident (
  id TEXT NOT NULL, node TEXT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL,
  state TEXT NOT NULL, cause TEXT NOT NULL, since BIGINT NOT NULL, resolved_at BIGINT,
  body TEXT NOT NULL, restore TEXT,
  PRIMARY KEY (id));
CREATE INDEX incident_at ON incident (at);
CREATE INDEX incident_open ON incident (node) WHERE restore IS NOT NULL;

CREATE TABLE incident_event (
  id TEXT NOT NULL, at BIGINT NOT NULL, seq BIGINT NOT NULL, event TEXT NOT NULL,
  state TEXT NOT NULL, cause TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (id, at, seq));

CREATE TABLE incident_case (
  id TEXT NOT NULL, at BIGINT NOT NULL, seq BIGINT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (id, at, seq));

CREATE TABLE outgoing (
  message TEXT NOT NULL, node TEXT NOT NULL, incident TEXT NOT NULL, receiver TEXT NOT NULL,
  at BIGINT NOT NULL, seq BIGINT NOT NULL, place BIGINT NOT NULL, body TEXT NOT NULL,
  delivered_at BIGINT, outcome TEXT,
  PRIMARY KEY (message));
CREATE INDEX outgoing_open ON outgoing (node) WHERE delivered_at IS NULL;
CREATE INDEX outgoing_incident ON outgoing (incident);

CREATE TABLE definitions_version (
  node TEXT NOT NULL, at BIGINT NOT NULL, sha256 TEXT NOT NULL, accepted BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (node, at, sha256));
CREATE INDEX definitions_version_at ON definitions_version (at);

CREATE TABLE remedy_run (
  id TEXT NOT NULL, node TEXT NOT NULL, remedy TEXT NOT NULL, probe TEXT NOT NULL, incident TEXT,
  at BIGINT NOT NULL, outcome TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (id));
CREATE INDEX remedy_run_at ON remedy_run (at);
