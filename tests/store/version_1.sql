CREATE TABLE meta(
  name VARCHAR(32) NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (name)
);
CREATE TABLE pace(
  scope VARCHAR(128) NOT NULL,
  call VARCHAR(128) NOT NULL,
  next_at FLOAT NOT NULL,
  PRIMARY KEY (scope, call)
);
CREATE TABLE runs(
  run_id VARCHAR(64) NOT NULL,
  client VARCHAR(128) NOT NULL,
  label VARCHAR(64) NOT NULL,
  period_start VARCHAR(32) NOT NULL,
  period_end VARCHAR(32) NOT NULL,
  timezone VARCHAR(64) NOT NULL,
  config_sha256 VARCHAR(64) NOT NULL,
  as_of VARCHAR(32) NOT NULL,
  started_at VARCHAR(32) NOT NULL,
  finished_at VARCHAR(32),
  status VARCHAR(16),
  manifest TEXT,
  totals TEXT,
  past_is_pinned BOOLEAN NOT NULL,
  PRIMARY KEY (run_id)
);
CREATE INDEX runs_of_a_client ON runs (client, period_start);
CREATE TABLE sources(
  sha256 VARCHAR(64) NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (sha256)
);
CREATE TABLE run_past(
  run_id VARCHAR(64) NOT NULL,
  position INTEGER NOT NULL,
  past_run_id VARCHAR(64) NOT NULL,
  PRIMARY KEY (run_id, position),
  FOREIGN KEY(run_id) REFERENCES runs (run_id),
  FOREIGN KEY(past_run_id) REFERENCES runs (run_id)
);
CREATE TABLE run_sources(
  run_id VARCHAR(64) NOT NULL,
  position INTEGER NOT NULL,
  name VARCHAR(1024) NOT NULL,
  sha256 VARCHAR(64) NOT NULL,
  PRIMARY KEY (run_id, position),
  FOREIGN KEY(run_id) REFERENCES runs (run_id),
  FOREIGN KEY(sha256) REFERENCES sources (sha256)
);
CREATE TABLE walks(
  walk_id INTEGER NOT NULL,
  scope VARCHAR(128) NOT NULL,
  pull_key VARCHAR(64) NOT NULL,
  vendor VARCHAR(64) NOT NULL,
  endpoint VARCHAR(128) NOT NULL,
  run_id VARCHAR(64) NOT NULL,
  generation INTEGER,
  verdict VARCHAR(16),
  row_count INTEGER NOT NULL,
  claimed INTEGER,
  issues TEXT NOT NULL,
  oldest_at VARCHAR(32),
  PRIMARY KEY (walk_id),
  FOREIGN KEY(run_id) REFERENCES runs (run_id)
);
CREATE UNIQUE INDEX walks_by_generation ON walks (scope, pull_key, generation);
CREATE INDEX walks_of_a_run ON walks (run_id);
CREATE TABLE replies(
  walk_id INTEGER NOT NULL,
  page INTEGER NOT NULL,
  body BLOB NOT NULL,
  sha256 VARCHAR(64) NOT NULL,
  fetched_at VARCHAR(32) NOT NULL,
  request_id VARCHAR(256) NOT NULL,
  PRIMARY KEY (walk_id, page),
  FOREIGN KEY(walk_id) REFERENCES walks (walk_id)
);
CREATE TABLE run_walks(
  run_id VARCHAR(64) NOT NULL,
  scope VARCHAR(128) NOT NULL,
  pull_key VARCHAR(64) NOT NULL,
  walk_id INTEGER NOT NULL,
  PRIMARY KEY (run_id, scope, pull_key),
  FOREIGN KEY(run_id) REFERENCES runs (run_id),
  FOREIGN KEY(walk_id) REFERENCES walks (walk_id)
);
