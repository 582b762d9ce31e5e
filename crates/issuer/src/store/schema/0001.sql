-- Times are seconds since 1970, amounts minor units, wrapped values and keyed digests octets of the
-- issuer's key custody.

CREATE TABLE custody (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    check_value BLOB NOT NULL                       -- of the keys that everything here is wrapped with
) STRICT;

CREATE TABLE account (
    id         INTEGER PRIMARY KEY,
    pan        BLOB NOT NULL,                       -- wrapped
    pan_index  BLOB NOT NULL UNIQUE,                -- keyed digest
    par        TEXT NOT NULL UNIQUE,                -- 9F24, 29 characters; stays when the PAN is replaced
    currency   INTEGER NOT NULL,                    -- ISO 4217
    opened     INTEGER NOT NULL,                    -- what was on it when it was opened
    pin_salt   BLOB,
    pin_code   BLOB,
    wrong_pins INTEGER NOT NULL DEFAULT 0,
    CHECK ((pin_salt IS NULL) = (pin_code IS NULL))
) STRICT;

CREATE TABLE challenge (
    octets   BLOB PRIMARY KEY CHECK (length(octets) = 32),
    drawn_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE device (
    id           BLOB PRIMARY KEY CHECK (length(id) = 16),
    standing     TEXT NOT NULL CHECK (standing IN ('active', 'suspended', 'clone-or-rollback')),
    attestation  TEXT NOT NULL,                     -- what was made of it; 'none'
    verify_key   BLOB NOT NULL CHECK (length(verify_key) = 32),
    receive_key  BLOB NOT NULL CHECK (length(receive_key) = 32),
    epoch        INTEGER NOT NULL,                  -- of the receive key
    reports      BLOB NOT NULL CHECK (length(reports) = 40), -- the last one accepted
    generation   INTEGER NOT NULL,                  -- of the store in it
    refusals     BLOB NOT NULL CHECK (length(refusals) = 5), -- count, and code of the last one
    reported_at  INTEGER NOT NULL,                  -- when it was accepted; else when the device enrolled
    last_letter  INTEGER NOT NULL DEFAULT 0,
    next_card    INTEGER NOT NULL DEFAULT 1,
    enrolled_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Every report that was accepted; number 0 is the enrolment request. Tells an old report that comes
-- again from another one under its number.
CREATE TABLE report (
    device      BLOB NOT NULL REFERENCES device (id),
    sequence    INTEGER NOT NULL,
    digest      BLOB NOT NULL CHECK (length(digest) = 32),
    accepted_at INTEGER NOT NULL,
    PRIMARY KEY (device, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE token (
    id               INTEGER PRIMARY KEY,
    account          INTEGER NOT NULL REFERENCES account (id),
    device           BLOB REFERENCES device (id),   -- NULL: personalised in the clear
    card             INTEGER,                       -- its name on the device
    status           TEXT NOT NULL CHECK (status IN ('inactive', 'active', 'suspended', 'deleted')),
    product          TEXT NOT NULL CHECK (product IN ('debit', 'credit')),
    track2           BLOB NOT NULL,                 -- wrapped
    number_index     BLOB NOT NULL UNIQUE,          -- keyed digest of the digits its keys derive from
    psn              INTEGER,
    cvn              INTEGER NOT NULL,
    dki              INTEGER NOT NULL,
    discretionary    BLOB NOT NULL,
    flags            INTEGER NOT NULL,              -- as in the profile
    cvm_policy       INTEGER NOT NULL,              -- as in the profile, two octets
    currency         INTEGER NOT NULL,              -- ISO 4217, of the limits
    unverified_tap   INTEGER NOT NULL,
    unverified_taps  INTEGER NOT NULL,
    unverified_limit INTEGER NOT NULL,
    verified_tap     INTEGER NOT NULL,
    validity         INTEGER NOT NULL,
    last_key         INTEGER NOT NULL DEFAULT 0,    -- the highest counter a key was issued for
    taps_since       INTEGER NOT NULL DEFAULT 0,    -- approved without verification since the last with it
    sum_since        INTEGER NOT NULL DEFAULT 0,
    profile_due      INTEGER NOT NULL DEFAULT 0,    -- the next keys bring the profile anew
    UNIQUE (device, card),
    CHECK ((device IS NULL) = (card IS NULL))
) STRICT;

CREATE INDEX token_account ON token (account);

-- Without a row of a kind, a token is not restricted in it.
CREATE TABLE restriction (
    token INTEGER NOT NULL REFERENCES token (id),
    kind  TEXT NOT NULL CHECK (kind IN ('currency', 'country', 'merchant')),
    value TEXT NOT NULL,
    PRIMARY KEY (token, kind, value)
) STRICT, WITHOUT ROWID;

-- The identity verification of a token that is not active yet.
CREATE TABLE verification (
    token      INTEGER PRIMARY KEY REFERENCES token (id),
    code       BLOB NOT NULL,                       -- keyed digest
    wrong      INTEGER NOT NULL DEFAULT 0,
    expires_at INTEGER NOT NULL
) STRICT;

-- The windows of counters that keys were issued for, and the card they were issued to.
CREATE TABLE key_batch (
    token     INTEGER NOT NULL REFERENCES token (id),
    first     INTEGER NOT NULL,
    last      INTEGER NOT NULL,
    device    BLOB REFERENCES device (id),
    card      INTEGER,
    issued_at INTEGER NOT NULL,                     -- when the counters were reserved
    given_out INTEGER NOT NULL DEFAULT 0,           -- the keys were; else they are a gap
    PRIMARY KEY (token, first),
    CHECK (first <= last),
    CHECK ((device IS NULL) = (card IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX key_batch_card ON key_batch (device, card, first);

-- Counters that a device reported as used.
CREATE TABLE reported (
    token INTEGER NOT NULL REFERENCES token (id),
    atc   INTEGER NOT NULL,
    PRIMARY KEY (token, atc)
) STRICT, WITHOUT ROWID;

-- What a device has not acknowledged yet. Sealed when it is fetched; a package when it is made.
CREATE TABLE letter (
    id       INTEGER PRIMARY KEY,
    device   BLOB NOT NULL REFERENCES device (id),
    card     INTEGER,
    content  BLOB,                                  -- kind and content, until it is sealed
    sequence INTEGER,
    sealed   BLOB,
    UNIQUE (device, sequence),
    CHECK ((content IS NULL) <> (sealed IS NULL)),
    CHECK ((sequence IS NULL) = (sealed IS NULL))
) STRICT;

CREATE INDEX letter_device ON letter (device, id);

-- Every request that named a token, and every follow-up, with its answer.
CREATE TABLE authorisation (
    id          INTEGER PRIMARY KEY,
    token       INTEGER REFERENCES token (id),      -- NULL: a follow-up without its original
    atc         INTEGER,                            -- the counter that it used up
    kind        TEXT NOT NULL CHECK (kind IN ('sale', 'cash', 'pre-authorisation', 'cashback',
                    'refund', 'balance', 'completion', 'void')),
    original    INTEGER REFERENCES authorisation (id),
    fingerprint BLOB NOT NULL UNIQUE,               -- keyed digest of the whole request
    reason      TEXT NOT NULL,
    arpc        BLOB,
    approval    TEXT,                               -- DE 38
    amount      INTEGER NOT NULL,                   -- DE 4
    currency    INTEGER NOT NULL,                   -- DE 49
    balance     INTEGER,                            -- DE 54, of an inquiry
    balance_currency INTEGER,
    merchant    TEXT NOT NULL,                      -- DE 42
    terminal    TEXT NOT NULL,                      -- DE 41
    trace       INTEGER NOT NULL,                   -- DE 11
    local_time  TEXT NOT NULL,                      -- DE 13 and DE 12, MMDDhhmmss
    reference   TEXT NOT NULL,                      -- DE 37
    decided_at  INTEGER NOT NULL,
    reversed_at INTEGER,
    voided_by   INTEGER REFERENCES authorisation (id), -- the void that is in force
    CHECK ((reason = 'approved') = (approval IS NOT NULL)),
    CHECK ((balance IS NULL) = (balance_currency IS NULL))
) STRICT;

-- A counter is used up once, whoever asks first.
CREATE UNIQUE INDEX authorisation_counter ON authorisation (token, atc) WHERE atc IS NOT NULL;
CREATE INDEX authorisation_identity
    ON authorisation (merchant, terminal, trace, local_time);
CREATE INDEX authorisation_reference ON authorisation (merchant, reference);
CREATE INDEX authorisation_original ON authorisation (original) WHERE original IS NOT NULL;
-- One void, and one completion, of an original at a time.
CREATE UNIQUE INDEX authorisation_once ON authorisation (original, kind)
    WHERE kind IN ('void', 'completion') AND reason = 'approved' AND reversed_at IS NULL
        AND voided_by IS NULL;

-- Reversals by the identity of what they reverse, which may not have arrived yet.
CREATE TABLE reversal (
    merchant      TEXT NOT NULL,
    terminal      TEXT NOT NULL,
    trace         INTEGER NOT NULL,
    local_time    TEXT NOT NULL,
    reason        TEXT NOT NULL,
    authorisation INTEGER REFERENCES authorisation (id), -- NULL: it had not arrived
    received_at   INTEGER NOT NULL,
    PRIMARY KEY (merchant, terminal, trace, local_time)
) STRICT, WITHOUT ROWID;

-- Money, seen by the cardholder: less is negative. 'held' is reserved, 'posted' is booked. What
-- moved once is never changed, only undone by another movement.
CREATE TABLE movement (
    id            INTEGER PRIMARY KEY,
    account       INTEGER NOT NULL REFERENCES account (id),
    authorisation INTEGER NOT NULL REFERENCES authorisation (id),
    kind          TEXT NOT NULL CHECK (kind IN ('held', 'posted')),
    amount        INTEGER NOT NULL CHECK (amount <> 0),
    currency      INTEGER NOT NULL,
    undoes        INTEGER UNIQUE REFERENCES movement (id), -- a movement is undone once
    at            INTEGER NOT NULL
) STRICT;

-- An authorisation moves money of a kind once.
CREATE UNIQUE INDEX movement_once ON movement (authorisation, kind) WHERE undoes IS NULL;
CREATE INDEX movement_authorisation ON movement (authorisation);
CREATE INDEX movement_account ON movement (account);

-- The sums of an account's movements.
CREATE TABLE balance (
    account  INTEGER NOT NULL REFERENCES account (id),
    currency INTEGER NOT NULL,
    held     INTEGER NOT NULL,
    posted   INTEGER NOT NULL,
    PRIMARY KEY (account, currency)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER movement_counts AFTER INSERT ON movement BEGIN
    INSERT INTO balance (account, currency, held, posted)
    VALUES (NEW.account, NEW.currency,
        iif(NEW.kind = 'held', NEW.amount, 0), iif(NEW.kind = 'posted', NEW.amount, 0))
    ON CONFLICT DO UPDATE SET held = held + excluded.held, posted = posted + excluded.posted;
END;

CREATE TRIGGER movement_stays BEFORE UPDATE ON movement BEGIN
    SELECT raise(ABORT, 'a movement is never changed');
END;

CREATE TRIGGER movement_remains BEFORE DELETE ON movement BEGIN
    SELECT raise(ABORT, 'a movement is never deleted');
END;
