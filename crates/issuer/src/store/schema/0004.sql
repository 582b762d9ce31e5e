-- What refunds and completions are held against.

-- The merchants that give money back without naming an original, and how much of it, in minor units.
CREATE TABLE refund_merchant (
    merchant TEXT PRIMARY KEY,                      -- DE 42
    currency INTEGER NOT NULL,                      -- ISO 4217, of the limits
    each     INTEGER NOT NULL,                      -- at most, one refund
    day      INTEGER NOT NULL,                      -- at most, those of 24 hours
    total    INTEGER NOT NULL,                      -- at most, all since it was allowed to
    since    INTEGER NOT NULL                       -- the last request before that
) STRICT, WITHOUT ROWID;

CREATE INDEX authorisation_unlinked ON authorisation (merchant, id)
    WHERE kind = 'refund' AND original IS NULL AND reason = 'approved';

-- Of an approved pre-authorisation: whether its cardholder was verified, the limit for one tap that it
-- was approved under, when its hold expires, and when the hold was let go for that. The first two are
-- not known of those of the versions before 4.
ALTER TABLE authorisation ADD COLUMN verified INTEGER CHECK (verified IN (0, 1));
ALTER TABLE authorisation ADD COLUMN tap_limit INTEGER;
ALTER TABLE authorisation ADD COLUMN hold_until INTEGER;
ALTER TABLE authorisation ADD COLUMN released_at INTEGER;

-- Thirty days, as the default has it.
UPDATE authorisation SET hold_until = decided_at + 2592000
    WHERE kind = 'pre-authorisation' AND reason = 'approved';

CREATE INDEX authorisation_hold ON authorisation (hold_until)
    WHERE hold_until IS NOT NULL AND released_at IS NULL;

-- Bounds on what strangers, and devices that never report, can make the database keep.

-- A challenge carries its own proof of origin: only the one that a device answered is kept.
DROP TABLE challenge;
ALTER TABLE device ADD COLUMN challenge BLOB CHECK (length(challenge) = 32);
CREATE UNIQUE INDEX device_challenge ON device (challenge);

-- Records that moved nothing and used no counter up: the oldest give way to new ones.
CREATE INDEX authorisation_idle ON authorisation (token, id)
    WHERE atc IS NULL AND reason <> 'approved';
CREATE INDEX authorisation_voided ON authorisation (voided_by) WHERE voided_by IS NOT NULL;
CREATE INDEX reversal_authorisation ON reversal (authorisation) WHERE authorisation IS NOT NULL;

-- Reversals of requests that have not arrived, by the order in which they came.
ALTER TABLE reversal ADD COLUMN place INTEGER;
UPDATE reversal SET place = ranked.place
    FROM (SELECT merchant, terminal, trace, local_time, row_number() OVER
            (ORDER BY received_at, merchant, terminal, trace, local_time) AS place
          FROM reversal WHERE authorisation IS NULL) AS ranked
    WHERE reversal.merchant = ranked.merchant AND reversal.terminal = ranked.terminal
        AND reversal.trace = ranked.trace AND reversal.local_time = ranked.local_time;
CREATE UNIQUE INDEX reversal_place ON reversal (place) WHERE place IS NOT NULL;

-- Settlements of nothing.
ALTER TABLE settlement ADD COLUMN empty INTEGER NOT NULL DEFAULT 0;
UPDATE settlement SET empty = 1
    WHERE id NOT IN (SELECT settlement FROM settlement_total)
        AND id NOT IN (SELECT settlement FROM authorisation WHERE settlement IS NOT NULL);
CREATE INDEX settlement_empty ON settlement (id) WHERE empty = 1;

-- Codes that were sent for a token, and when the last one was.
ALTER TABLE verification ADD COLUMN sent INTEGER NOT NULL DEFAULT 1;
ALTER TABLE verification ADD COLUMN sent_at INTEGER NOT NULL DEFAULT 0;

-- What a lost phone needs, and keys that are good for a time.

-- The number of the letter that orders a device to erase itself, and when a report said that it came.
ALTER TABLE device ADD COLUMN wipe_letter INTEGER;
ALTER TABLE device ADD COLUMN wiped_at INTEGER;

-- The epoch of the receive key that the last package was sealed to; 0: none was, or it is not known.
ALTER TABLE device ADD COLUMN packaged_epoch INTEGER NOT NULL DEFAULT 0;

-- The last second in which the keys of a batch are good; NULL: they do not expire.
ALTER TABLE key_batch ADD COLUMN not_after INTEGER;
