-- 1 where a dblock that was found damaged was read and its parity data do not make it whole, so that nobody tries again.
ALTER TABLE volume ADD COLUMN beyond_repair INTEGER NOT NULL DEFAULT 0;
