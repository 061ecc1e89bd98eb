-- Settings of the backup that may not change, and flags of the run under way.
CREATE TABLE configuration (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

-- One row a run. started_at, finished_at: milliseconds since 1970. result: the result object as JSON.
CREATE TABLE operation (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  result TEXT
);

-- Every remote file of the backup. size_bytes is -1 and hash NULL while unknown. blocks_known: 1 once the blocks of a dblock are rows of `block`.
-- first_block and last_block bound the ids of a dblock's blocks, so that they are found without an index.
CREATE TABLE volume (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  size_bytes INTEGER NOT NULL DEFAULT -1,
  hash BLOB,
  blocks_known INTEGER NOT NULL DEFAULT 0,
  first_block INTEGER,
  last_block INTEGER,
  verified_count INTEGER NOT NULL DEFAULT 0,
  verified_at INTEGER,
  deleted_at INTEGER,
  locked_until INTEGER
);

-- Which dindex describes which dblock.
CREATE TABLE index_link (
  dblock_id INTEGER NOT NULL,
  dindex_id INTEGER NOT NULL,
  PRIMARY KEY (dblock_id, dindex_id)
) WITHOUT ROWID;

-- One row a version. seq orders the versions and never changes; timestamp (seconds since 1970) is the time in the name of the dlist.
CREATE TABLE fileset (
  seq INTEGER PRIMARY KEY,
  timestamp INTEGER NOT NULL,
  is_full INTEGER NOT NULL,
  is_complete INTEGER NOT NULL,
  volume_id INTEGER,
  file_count INTEGER,
  folder_count INTEGER,
  symlink_count INTEGER,
  size_bytes INTEGER
);

-- Files, folders and links as validity ranges: a row belongs to every version whose seq lies in [first, last]. The rows of the newest version have
-- last = 2147483647, so a file that does not change adds nothing to a new version.
-- kind: 1 file, 2 folder, 3 symlink. content, metadata: 0 empty, > 0 a row of `content`, < 0 the single block -x.
-- mtime in seconds and the 100 ns ticks within (NULL where only a file list is known); ctime_ms, inode: as last seen, for finding changes.
CREATE TABLE entry (
  path TEXT NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  content INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  metadata INTEGER NOT NULL,
  mtime_s INTEGER NOT NULL,
  mtime_ticks INTEGER,
  ctime_ms REAL,
  inode INTEGER,
  PRIMARY KEY (path, first)
) WITHOUT ROWID;

-- One row a stored copy of a block; ids are given in the order of storing. A block stored twice has two rows. volume_id 0: place unknown.
CREATE TABLE block (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL,
  size_bytes INTEGER NOT NULL,
  volume_id INTEGER NOT NULL
);

-- Content that is not one block named like itself: blocks and blocklists are block ids, 32-bit little-endian, in order.
CREATE TABLE content (
  id INTEGER PRIMARY KEY,
  size_bytes INTEGER NOT NULL,
  hash BLOB NOT NULL,
  blocks BLOB NOT NULL,
  blocklists BLOB NOT NULL
);

CREATE TABLE log (
  id INTEGER PRIMARY KEY,
  operation_id INTEGER NOT NULL,
  logged_at INTEGER NOT NULL,
  level TEXT NOT NULL,
  message_id TEXT NOT NULL,
  text TEXT NOT NULL
);
