-- What tells a card from a copy of it, and a cardholder from somebody who guesses codes.

-- The cryptogram that used the counter up (9F26): a card makes one for each counter.
ALTER TABLE authorisation ADD COLUMN cryptogram BLOB CHECK (length(cryptogram) = 8);

-- The last request that was recorded when the device's last report was accepted.
ALTER TABLE device ADD COLUMN reported_through INTEGER NOT NULL DEFAULT 0;

-- Wrong codes for all tokens of an account since the last right one, and when the last one came.
ALTER TABLE account ADD COLUMN wrong_codes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN wrong_code_at INTEGER NOT NULL DEFAULT 0;
