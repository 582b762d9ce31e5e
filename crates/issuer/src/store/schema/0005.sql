-- What is asked for one thing reads one thing, however much has been.

-- Only what a settlement of a terminal takes: nothing that was reversed, no inquiry, and no
-- pre-authorisation.
DROP INDEX authorisation_unsettled;
CREATE INDEX authorisation_unsettled ON authorisation (merchant, terminal)
    WHERE settlement IS NULL AND reason = 'approved' AND reversed_at IS NULL
        AND kind IN ('sale', 'completion', 'refund', 'void');

-- By the reference alone, and by all that names the original of a follow-up.
DROP INDEX authorisation_reference;
CREATE INDEX authorisation_reference ON authorisation (reference, merchant, approval);

-- The list of one token.
CREATE INDEX authorisation_token ON authorisation (token, id) WHERE token IS NOT NULL;

-- A settlement that is deleted has none.
CREATE INDEX authorisation_settlement ON authorisation (settlement) WHERE settlement IS NOT NULL;

-- The device whose key used the counter up, until a report of it has the counter; NULL: none is
-- awaited.
ALTER TABLE authorisation ADD COLUMN unreported BLOB REFERENCES device (id);
UPDATE authorisation SET unreported =
    (SELECT k.device FROM key_batch k
     WHERE k.token = authorisation.token AND authorisation.atc BETWEEN k.first AND k.last)
    WHERE atc IS NOT NULL AND NOT EXISTS (SELECT 1 FROM reported r
        WHERE r.token = authorisation.token AND r.atc = authorisation.atc);
CREATE INDEX authorisation_unreported ON authorisation (unreported, token, atc)
    WHERE unreported IS NOT NULL;

-- Tokens of a device that are not deleted.
CREATE INDEX token_living ON token (device, id) WHERE status <> 'deleted';

-- The order in which devices are listed.
CREATE INDEX device_enrolled ON device (enrolled_at, id);

-- Counters of the token that were used up: as many requests have one.
ALTER TABLE token ADD COLUMN counters_used INTEGER NOT NULL DEFAULT 0;
UPDATE token SET counters_used =
    (SELECT count(*) FROM authorisation a WHERE a.token = token.id AND a.atc IS NOT NULL);
