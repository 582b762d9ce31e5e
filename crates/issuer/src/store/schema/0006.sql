-- The book: every movement of money has its counter-account. And packages that no device took.

-- The package with the keys of a batch was withdrawn before the device acknowledged it.
ALTER TABLE key_batch ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0;

-- The accounts of the book. A posting takes from one and gives to another of the same currency, so
-- that the balances of a currency sum to zero.
CREATE TABLE ledger (
    id       INTEGER PRIMARY KEY,
    kind     TEXT NOT NULL CHECK (kind IN ('funds', 'held', 'opening', 'payable', 'settled')),
    account  INTEGER REFERENCES account (id),       -- of 'funds' and 'held'
    merchant TEXT,                                  -- DE 42, of 'payable' and 'settled'
    terminal TEXT,                                  -- DE 41, of 'payable' and 'settled'
    currency INTEGER NOT NULL,                      -- ISO 4217
    balance  INTEGER NOT NULL DEFAULT 0,            -- credits less debits, minor units
    CHECK ((account IS NOT NULL) = (kind IN ('funds', 'held'))),
    CHECK ((merchant IS NOT NULL) = (kind IN ('payable', 'settled'))),
    CHECK ((terminal IS NULL) = (merchant IS NULL))
) STRICT;

CREATE UNIQUE INDEX ledger_account ON ledger (account, kind, currency) WHERE account IS NOT NULL;
CREATE UNIQUE INDEX ledger_terminal ON ledger (merchant, terminal, kind, currency)
    WHERE merchant IS NOT NULL;
CREATE UNIQUE INDEX ledger_bank ON ledger (kind, currency)
    WHERE account IS NULL AND merchant IS NULL;

-- Money that moved from one account of the book to another. It is never changed, only undone by
-- another posting.
CREATE TABLE posting (
    id            INTEGER PRIMARY KEY,
    kind          TEXT NOT NULL CHECK (kind IN ('opening', 'held', 'posted', 'settled')),
    debit         INTEGER NOT NULL REFERENCES ledger (id),
    credit        INTEGER NOT NULL REFERENCES ledger (id),
    amount        INTEGER NOT NULL CHECK (amount > 0), -- minor units
    account       INTEGER REFERENCES account (id),  -- of its cardholder; NULL: a settlement
    authorisation INTEGER REFERENCES authorisation (id), -- of 'held' and 'posted'
    settlement    INTEGER REFERENCES settlement (id), -- of 'settled'
    undoes        INTEGER UNIQUE REFERENCES posting (id), -- a posting is undone once
    at            INTEGER NOT NULL,                 -- 0: an account was opened before version 6
    CHECK (debit <> credit),
    CHECK ((authorisation IS NOT NULL) = (kind IN ('held', 'posted'))),
    CHECK ((settlement IS NOT NULL) = (kind = 'settled')),
    CHECK ((account IS NULL) = (kind = 'settled'))
) STRICT;

-- A request holds, and posts, money once.
CREATE UNIQUE INDEX posting_once ON posting (authorisation, kind)
    WHERE authorisation IS NOT NULL AND undoes IS NULL;
CREATE INDEX posting_authorisation ON posting (authorisation) WHERE authorisation IS NOT NULL;
CREATE INDEX posting_account ON posting (account, id) WHERE authorisation IS NOT NULL;
CREATE INDEX posting_settlement ON posting (settlement) WHERE settlement IS NOT NULL;

CREATE TRIGGER posting_counts AFTER INSERT ON posting BEGIN
    SELECT raise(ABORT, 'a posting is in two currencies')
        FROM ledger d JOIN ledger c ON c.id = NEW.credit
        WHERE d.id = NEW.debit AND d.currency <> c.currency;
    UPDATE ledger SET balance = balance - NEW.amount WHERE id = NEW.debit;
    UPDATE ledger SET balance = balance + NEW.amount WHERE id = NEW.credit;
END;

CREATE TRIGGER posting_stays BEFORE UPDATE ON posting BEGIN
    SELECT raise(ABORT, 'a posting is never changed');
END;

CREATE TRIGGER posting_remains BEFORE DELETE ON posting BEGIN
    SELECT raise(ABORT, 'a posting is never deleted');
END;

-- What was booked before, with the counter-account that it would have now.
INSERT INTO ledger (kind, account, currency)
    SELECT 'funds', id, currency FROM account
    UNION SELECT 'funds', account, currency FROM movement
    UNION SELECT 'held', account, currency FROM movement WHERE kind = 'held';
INSERT INTO ledger (kind, currency)
    SELECT DISTINCT 'opening', currency FROM account WHERE opened > 0;
INSERT INTO ledger (kind, merchant, terminal, currency)
    SELECT 'payable', a.merchant, a.terminal, m.currency
        FROM movement m JOIN authorisation a ON a.id = m.authorisation WHERE m.kind = 'posted'
    UNION SELECT 'payable', s.merchant, s.terminal, t.currency
        FROM settlement s JOIN settlement_total t ON t.settlement = s.id
        WHERE t.sales_sum <> t.refunds_sum
    UNION SELECT 'settled', s.merchant, s.terminal, t.currency
        FROM settlement s JOIN settlement_total t ON t.settlement = s.id
        WHERE t.sales_sum <> t.refunds_sum;

INSERT INTO posting (id, kind, debit, credit, amount, account, authorisation, undoes, at)
    SELECT m.id, 'held', iif(m.amount < 0, f.id, h.id), iif(m.amount < 0, h.id, f.id),
        abs(m.amount), m.account, m.authorisation, m.undoes, m.at
    FROM movement m
        JOIN ledger f ON f.account = m.account AND f.kind = 'funds' AND f.currency = m.currency
        JOIN ledger h ON h.account = m.account AND h.kind = 'held' AND h.currency = m.currency
    WHERE m.kind = 'held';
INSERT INTO posting (id, kind, debit, credit, amount, account, authorisation, undoes, at)
    SELECT m.id, 'posted', iif(m.amount < 0, f.id, p.id), iif(m.amount < 0, p.id, f.id),
        abs(m.amount), m.account, m.authorisation, m.undoes, m.at
    FROM movement m
        JOIN authorisation a ON a.id = m.authorisation
        JOIN ledger f ON f.account = m.account AND f.kind = 'funds' AND f.currency = m.currency
        JOIN ledger p ON p.merchant = a.merchant AND p.terminal = a.terminal
            AND p.kind = 'payable' AND p.currency = m.currency
    WHERE m.kind = 'posted';
INSERT INTO posting (kind, debit, credit, amount, account, at)
    SELECT 'opening', o.id, f.id, a.opened, a.id, 0
    FROM account a
        JOIN ledger f ON f.account = a.id AND f.kind = 'funds' AND f.currency = a.currency
        JOIN ledger o ON o.account IS NULL AND o.merchant IS NULL AND o.kind = 'opening'
            AND o.currency = a.currency
    WHERE a.opened > 0;
INSERT INTO posting (kind, debit, credit, amount, settlement, at)
    SELECT 'settled', iif(t.sales_sum > t.refunds_sum, p.id, s.id),
        iif(t.sales_sum > t.refunds_sum, s.id, p.id), abs(t.sales_sum - t.refunds_sum), b.id,
        b.settled_at
    FROM settlement b
        JOIN settlement_total t ON t.settlement = b.id AND t.sales_sum <> t.refunds_sum
        JOIN ledger p ON p.merchant = b.merchant AND p.terminal = b.terminal
            AND p.kind = 'payable' AND p.currency = t.currency
        JOIN ledger s ON s.merchant = b.merchant AND s.terminal = b.terminal
            AND s.kind = 'settled' AND s.currency = t.currency;

DROP TABLE movement;
DROP TABLE balance;
