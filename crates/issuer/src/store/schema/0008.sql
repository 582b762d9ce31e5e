-- Issuer master keys of every scheme and algorithm.

-- The versions of the issuer master keys that cards were issued under, or that were announced; those known
-- so far are of UnionPay (1) with triple DES (1).
ALTER TABLE master_key RENAME TO earlier_master_key;

CREATE TABLE master_key (
    scheme      INTEGER NOT NULL CHECK (scheme BETWEEN 1 AND 255),    -- as in a profile
    algorithm   INTEGER NOT NULL CHECK (algorithm BETWEEN 1 AND 255), -- as in a package
    dki         INTEGER NOT NULL CHECK (dki BETWEEN 1 AND 255),
    check_value BLOB NOT NULL CHECK (length(check_value) = 3),
    PRIMARY KEY (scheme, algorithm, dki)
) STRICT, WITHOUT ROWID;

INSERT INTO master_key SELECT 1, 1, dki, check_value FROM earlier_master_key;
DROP TABLE earlier_master_key;
