-- Who did what to which token, device, key, limit or PIN, and the versions of the issuer master key.

-- Each entry has a code, a keyed digest over it and the code of the one before.
CREATE TABLE audit (
    sequence INTEGER PRIMARY KEY CHECK (sequence > 0), -- from 1 on, without gaps
    at       INTEGER NOT NULL,
    actor    TEXT NOT NULL,                         -- whom it was done for
    deed     TEXT NOT NULL,                         -- the act
    subject  TEXT NOT NULL,                         -- what it was done to
    detail   TEXT NOT NULL,                         -- card numbers masked, no secret
    code     BLOB NOT NULL CHECK (length(code) = 32)
) STRICT;

CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN
    SELECT raise(ABORT, 'an entry of the audit is never changed');
END;

CREATE TRIGGER audit_remains BEFORE DELETE ON audit BEGIN
    SELECT raise(ABORT, 'an entry of the audit is never deleted');
END;

-- The head of the audit: random octets that name it, how many entries there are, the last one's code, and
-- a keyed digest over these.
ALTER TABLE custody ADD COLUMN audit_identity BLOB CHECK (length(audit_identity) = 16);
ALTER TABLE custody ADD COLUMN audit_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE custody ADD COLUMN audit_code BLOB CHECK (length(audit_code) = 32);
ALTER TABLE custody ADD COLUMN audit_seal BLOB CHECK (length(audit_seal) = 32);

-- The versions of the issuer master key that cards were issued under, or that were announced.
CREATE TABLE master_key (
    dki         INTEGER PRIMARY KEY CHECK (dki BETWEEN 1 AND 255),
    check_value BLOB NOT NULL CHECK (length(check_value) = 3)
) STRICT;
