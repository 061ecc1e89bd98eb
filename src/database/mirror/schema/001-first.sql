-- The pulls of this machine: sources, destinations, runs, log. All times are milliseconds since 1970, all sizes bytes.

-- Limits that hold where neither source nor destination says anything: one row, fields as JSON.
CREATE TABLE defaults (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  fields TEXT NOT NULL
);

-- marker: the id in the file that proves that the right disk is mounted. fields: JSON, as src/mirror/configuration declares them.
CREATE TABLE destination (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  marker TEXT NOT NULL,
  fields TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
);

-- health: what the last monitor run found, NULL before the first.
CREATE TABLE source (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  destination_id INTEGER NOT NULL REFERENCES destination (id) ON DELETE RESTRICT,
  fields TEXT NOT NULL,
  health TEXT CHECK (health IN ('healthy', 'unhealthy')),
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
);

-- One row a pull. A completed run is a version; folder is the name of its folder below that of the source, NULL for a run that keeps none (vault only).
-- token: stands in the environment of every program that the run starts. deleting: its folder is being removed.
CREATE TABLE run (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  source_id INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
  destination_id INTEGER NOT NULL REFERENCES destination (id) ON DELETE CASCADE,
  state TEXT NOT NULL CHECK (state IN ('running', 'completed', 'failed', 'deleting')),
  folder TEXT,
  token TEXT NOT NULL,
  process_id INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  step TEXT,
  message TEXT,
  warnings INTEGER NOT NULL DEFAULT 0,
  apparent_size INTEGER,
  added_size INTEGER,
  files INTEGER,
  rsync_ms INTEGER,
  rsync_summary TEXT,
  received_size INTEGER,
  average_speed INTEGER
);
CREATE INDEX run_of_source ON run (source_id, started_at);

-- No foreign keys: lines outlive what they are about, until they are pruned by age.
CREATE TABLE log_line (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  task TEXT NOT NULL,
  level TEXT NOT NULL,
  source_id INTEGER,
  destination_id INTEGER,
  run_id INTEGER,
  text TEXT NOT NULL
);
CREATE INDEX log_line_of_run ON log_line (run_id, id);
CREATE INDEX log_line_by_time ON log_line (at);
