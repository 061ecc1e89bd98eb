-- What a source was called before its name was changed, until its folder has followed.
ALTER TABLE source ADD COLUMN former_name TEXT;
