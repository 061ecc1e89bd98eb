-- The lines of a run stand in its result, in operation.
DROP TABLE log;
