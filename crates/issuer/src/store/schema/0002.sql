-- The end of a terminal's day: what it and the issuer agree on, and can no longer be taken back.
CREATE TABLE settlement (
    id          INTEGER PRIMARY KEY,
    merchant    TEXT NOT NULL,                      -- DE 42
    terminal    TEXT NOT NULL,                      -- DE 41
    batch       INTEGER NOT NULL,                   -- the terminal's batch number
    trace       INTEGER NOT NULL,                   -- DE 11
    local_time  TEXT NOT NULL,                      -- DE 13 and DE 12, MMDDhhmmss
    fingerprint BLOB NOT NULL UNIQUE,               -- keyed digest of the whole request
    matched     INTEGER NOT NULL,                   -- else it was settled all the same
    settled_at  INTEGER NOT NULL
) STRICT;

-- The issuer's totals of a settlement.
CREATE TABLE settlement_total (
    settlement   INTEGER NOT NULL REFERENCES settlement (id),
    currency     INTEGER NOT NULL,
    sales        INTEGER NOT NULL,                  -- sales and completions: how many, and how much
    sales_sum    INTEGER NOT NULL,
    refunds      INTEGER NOT NULL,
    refunds_sum  INTEGER NOT NULL,
    PRIMARY KEY (settlement, currency)
) STRICT, WITHOUT ROWID;

ALTER TABLE authorisation ADD COLUMN settlement INTEGER REFERENCES settlement (id);

CREATE INDEX authorisation_unsettled ON authorisation (merchant, terminal)
    WHERE settlement IS NULL AND reason = 'approved';
