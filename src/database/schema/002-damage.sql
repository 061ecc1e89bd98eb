-- When a dblock was last found not to be what was stored, in milliseconds since 1970; NULL while it is whole as far as is known.
ALTER TABLE volume ADD COLUMN damaged_at INTEGER;
