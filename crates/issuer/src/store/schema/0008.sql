-- Issuer master keys of every scheme and algorithm.

-- The versions of the issuer master keys that cards were issued under, or that were announced; those known
-- so far are of UnionPay (1) with triple DES (1).
CREATE TABLE master_key_of_family (
    scheme      INTEGER NOT NULL CHECK (scheme BETWEEN 1 AND 255),    -- as in a profile
    algorithm   INTEGER NOT NULL CHECK (algorithm BETWEEN 1 AND 255), -- as in a package
    dki         INTEGER NOT NULL CHECK (dki BETWEEN 1 AND 255),
    check_value BLOB NOT NULL CHECK (length(check_value) = 3),
    PRIMARY KEY (scheme, algorithm, dki)
) STRICT, WITHOUT ROWID;

INSERT INTO master_key_of_family SELECT 1, 1, dki, check_value FROM master_key;
DROP TABLE master_key;
ALTER TABLE master_key_of_family RENAME TO master_key;
