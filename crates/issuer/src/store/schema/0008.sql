-- Tokens of every scheme and algorithm.

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

-- Requests with a code in place of a tap; earlier ones are all of taps.
ALTER TABLE authorisation ADD COLUMN by_code INTEGER NOT NULL DEFAULT 0 CHECK (by_code IN (0, 1));
