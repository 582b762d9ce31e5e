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
