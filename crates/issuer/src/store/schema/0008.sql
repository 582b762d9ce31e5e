-- Tokens and issuer master keys of every scheme and algorithm.

-- Earlier tokens are UnionPay's, with keys of triple DES and without a record.
ALTER TABLE token ADD COLUMN scheme INTEGER NOT NULL DEFAULT 1;        -- as in the profile
ALTER TABLE token ADD COLUMN algorithms BLOB NOT NULL DEFAULT x'01'    -- as in the profile, ascending
    CHECK (length(algorithms) BETWEEN 1 AND 2);
ALTER TABLE token ADD COLUMN with_record INTEGER NOT NULL DEFAULT 0    -- though the scheme needs none
    CHECK (with_record IN (0, 1));

-- The product's name is one of its scheme's, which a constraint on the column listed before.
ALTER TABLE token ADD COLUMN scheme_product TEXT NOT NULL DEFAULT '';
UPDATE token SET scheme_product = product;
ALTER TABLE token DROP COLUMN product;
ALTER TABLE token RENAME COLUMN scheme_product TO product;

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

-- Batches that are one limited-use key; of earlier ones, and of single-use keys, all are NULL.
ALTER TABLE key_batch ADD COLUMN key_index BLOB                        -- 0Y HH HH CC
    CHECK (length(key_index) = 4);
ALTER TABLE key_batch ADD COLUMN sum_limit INTEGER                     -- minor units of the token's currency
    CHECK (sum_limit >= 0 AND (sum_limit IS NULL) = (key_index IS NULL));
CREATE UNIQUE INDEX key_batch_index ON key_batch (token, key_index) WHERE key_index IS NOT NULL;

-- Requests with a code in place of a tap; earlier ones are all of taps.
ALTER TABLE authorisation ADD COLUMN by_code INTEGER NOT NULL DEFAULT 0 CHECK (by_code IN (0, 1));
