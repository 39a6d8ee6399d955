-- What hosts of a fleet share. Each statement may be run again at any time.
CREATE SCHEMA IF NOT EXISTS traindoctor;

-- The format of the tables below; a host that knows no higher one than its own does not start.
CREATE TABLE IF NOT EXISTS traindoctor.format (version integer PRIMARY KEY);
INSERT INTO traindoctor.format SELECT 1 WHERE NOT EXISTS (SELECT FROM traindoctor.format);

-- One row for each run: how far its record goes. next_line is the fence: who appends names the line where the record ended for him, and only one can be right.
CREATE TABLE IF NOT EXISTS traindoctor.runs (
    key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL UNIQUE,
    next_line bigint NOT NULL,
    bytes bigint NOT NULL,
    is_complete boolean NOT NULL,
    created timestamptz NOT NULL DEFAULT now(),
    -- To the minute, so that most appends leave its index alone.
    touched timestamptz NOT NULL DEFAULT date_trunc('minute', now())
) WITH (fillfactor = 70);
CREATE INDEX IF NOT EXISTS runs_touched ON traindoctor.runs (touched);

-- The lines themselves, as they came: whole lines with their ends, marks of lost ones among them.
CREATE TABLE IF NOT EXISTS traindoctor.chunks (
    run bigint NOT NULL REFERENCES traindoctor.runs (key) ON DELETE CASCADE,
    first_line bigint NOT NULL,
    lines bigint NOT NULL,
    data bytea NOT NULL,
    PRIMARY KEY (run, first_line)
);

-- What pages show of each run without asking the host that holds it.
CREATE TABLE IF NOT EXISTS traindoctor.views (
    id text PRIMARY KEY,
    key bigint GENERATED ALWAYS AS IDENTITY,
    -- How many lines the summary knows of.
    lines bigint NOT NULL,
    is_ended boolean NOT NULL,
    verdict text NOT NULL,
    -- How long the run went on after its illness had begun to cost it everything.
    seconds_lost double precision NOT NULL,
    summary text NOT NULL,
    -- The transaction that changed it: with the snapshots of those who poll, no change can be missed.
    changed xid8 NOT NULL DEFAULT pg_current_xact_id()
) WITH (fillfactor = 70);
CREATE INDEX IF NOT EXISTS views_changed ON traindoctor.views (changed);
CREATE INDEX IF NOT EXISTS views_key ON traindoctor.views (key);

-- The hosts, where they find each other here: one row for each, and one version of all.
CREATE TABLE IF NOT EXISTS traindoctor.members_version (cluster text PRIMARY KEY, version integer NOT NULL);
CREATE TABLE IF NOT EXISTS traindoctor.members (
    cluster text NOT NULL,
    host text NOT NULL,
    etag bigint NOT NULL,
    status integer NOT NULL,
    alive timestamptz NOT NULL,
    entry text NOT NULL,
    PRIMARY KEY (cluster, host)
);

-- What the lines of a run had come to at one of them, so that a host that takes it up replays only what came since. Packed already.
CREATE TABLE IF NOT EXISTS traindoctor.snapshots (
    run bigint PRIMARY KEY REFERENCES traindoctor.runs (key) ON DELETE CASCADE,
    next_line bigint NOT NULL,
    version text NOT NULL,
    data bytea NOT NULL
);
ALTER TABLE traindoctor.snapshots ALTER COLUMN data SET STORAGE EXTERNAL;
