//! Requests in the database, each with its answer.

use rusqlite::{OptionalExtension as _, Params, Row, named_params};
use understudy_core::card::UnixTime;
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::{Amount, Currency};

use super::hold::Hold;
use super::list::AuthorisationFilter;
use super::reason::Reason;
use super::request::Identity;
use super::verdict::{AuthorisationId, SettlementId, Verdict};
use crate::fault::Fault;
use crate::store::{PAGE, StoreError, Transaction};
use crate::token::{Token, TokenId};
use understudy_acquiring::TransactionKind;
use understudy_acquiring::{
    ApprovalCode, LocalTime, MerchantId, Reference, TerminalId, TraceNumber,
};

/// A request and its answer.
pub(crate) struct Record {
    pub(crate) id: AuthorisationId,
    pub(crate) content: Content,
    pub(crate) reversed_at: Option<UnixTime>,
    pub(crate) voided_by: Option<AuthorisationId>,
    pub(crate) settlement: Option<SettlementId>,
    /// When its hold was let go because it had expired.
    pub(crate) released_at: Option<UnixTime>,
}

/// The columns of an authorisation that are written once and never changed.
#[derive(Clone)]
pub(crate) struct Content {
    pub(crate) token: Option<TokenId>,
    /// The counter that it used up.
    pub(crate) atc: Option<Atc>,
    /// The cryptogram that used the counter up; none in records of the versions before 3.
    pub(crate) cryptogram: Option<[u8; 8]>,
    pub(crate) kind: TransactionKind,
    pub(crate) original: Option<AuthorisationId>,
    pub(crate) reason: Reason,
    pub(crate) arpc: Option<[u8; 8]>,
    pub(crate) approval: Option<ApprovalCode>,
    pub(crate) amount: Amount,
    pub(crate) balance: Option<Amount>,
    /// Of an approved pre-authorisation.
    pub(crate) hold: Option<Hold>,
    pub(crate) identity: Identity,
    pub(crate) reference: Reference,
    pub(crate) decided_at: UnixTime,
}

impl Record {
    /// The record of exactly this request.
    pub(crate) fn of_request(
        db: &Transaction<'_>,
        fingerprint: &[u8; 32],
    ) -> Result<Option<Self>, Fault> {
        Self::find(db, "fingerprint = ?1", [fingerprint])
    }

    /// The first record of this identity: later ones were declined for using it again.
    pub(crate) fn of_identity(
        db: &Transaction<'_>,
        identity: &Identity,
    ) -> Result<Option<Self>, Fault> {
        Self::find(
            db,
            "merchant = ?1 AND terminal = ?2 AND trace = ?3 AND local_time = ?4 ORDER BY id LIMIT 1",
            identity.columns(),
        )
    }

    pub(crate) fn load(db: &Transaction<'_>, id: AuthorisationId) -> Result<Option<Self>, Fault> {
        Self::find(db, "id = ?1", [id.0])
    }

    /// The newest record of a merchant with this reference and this approval code, or with none, that
    /// came from this terminal if one is given.
    pub(crate) fn of_reference(
        db: &Transaction<'_>,
        merchant: &MerchantId,
        terminal: Option<&TerminalId>,
        reference: &Reference,
        approval: Option<&ApprovalCode>,
    ) -> Result<Option<Self>, Fault> {
        Self::find(
            db,
            "merchant = ?1 AND reference = ?2 AND approval IS ?3 AND (?4 IS NULL OR terminal = ?4) \
             ORDER BY id DESC LIMIT 1",
            (
                merchant.text(),
                reference.text(),
                approval.map(ApprovalCode::text),
                terminal.map(TerminalId::text),
            ),
        )
    }

    /// The requests that follow a record and count: approved, not reversed and not voided.
    pub(crate) fn live_followers(&self, db: &Transaction<'_>) -> Result<Vec<Self>, Fault> {
        let sql = select("original = ?1 AND reason = 'approved' ORDER BY id");
        let mut statement = db.prepare_cached(&sql)?;
        let rows = statement.query_map([self.id.0], |row| Ok(Self::read(row)))?;
        let followers: Result<Vec<Self>, Fault> = rows.map(|row| row?).collect();
        Ok(followers?.into_iter().filter(Self::is_live).collect())
    }

    /// The sum of the refunds of a record that count, at most its amount.
    pub(crate) fn refunded(&self, db: &Transaction<'_>) -> Result<Amount, Fault> {
        let followers = self.live_followers(db)?;
        let refunds = followers.iter().map(|one| &one.content);
        let refunds = refunds.filter(|one| one.kind == TransactionKind::Refund);
        let whole = self.content.amount;
        let sum = refunds.fold(0, |sum: u64, one| sum.saturating_add(one.amount.minor()));
        Ok(Amount::new(sum.min(whole.minor()), whole.currency()).unwrap_or(whole))
    }

    /// The record that used a token's counter up, if one did.
    pub(crate) fn of_counter(
        db: &Transaction<'_>,
        token: TokenId,
        atc: Atc,
    ) -> Result<Option<Self>, Fault> {
        Self::find(db, "token = ?1 AND atc = ?2", (token.0, atc.get()))
    }

    /// The pre-authorisations whose hold has expired and was not let go yet, in the order of their end.
    pub(crate) fn of_expired_holds(
        db: &Transaction<'_>,
        now: UnixTime,
    ) -> Result<Vec<Self>, Fault> {
        let sql = select("hold_until <= ?1 AND released_at IS NULL ORDER BY hold_until, id");
        let mut statement = db.prepare_cached(&sql)?;
        let rows = statement.query_map([now.0], |row| Ok(Self::read(row)))?;
        rows.map(|row| row?).collect()
    }

    /// A page of a list, newest first.
    pub(super) fn page(
        db: &Transaction<'_>,
        filter: &AuthorisationFilter,
    ) -> Result<Vec<Self>, Fault> {
        let token = filter.token.map(|token| token.0);
        let reference = filter.reference.as_ref().map(Reference::text);
        // Each has an index of its own; a condition that may be left out would keep it from being used.
        let condition = match (token, reference) {
            (_, Some(_)) => "reference = ?2 AND (?1 IS NULL OR token = ?1) AND +id < ?3",
            (Some(_), None) => "token = ?1 AND ?2 IS NULL AND id < ?3",
            (None, None) => "?1 IS NULL AND ?2 IS NULL AND id < ?3",
        };
        let sql = select(&format!("{condition} ORDER BY id DESC LIMIT ?4"));
        let before = filter
            .before
            .map_or(i64::MAX.unsigned_abs(), |before| before.0);
        let limit = filter.limit.unwrap_or(PAGE).min(PAGE);
        let mut statement = db.prepare_cached(&sql)?;
        let rows =
            statement.query_map((token, reference, before, limit), |row| Ok(Self::read(row)))?;
        rows.map(|row| row?).collect()
    }

    pub(crate) fn is_live(&self) -> bool {
        self.content.reason == Reason::Approved
            && self.reversed_at.is_none()
            && self.voided_by.is_none()
    }

    /// True for a pre-authorisation that counts and is not completed.
    pub(crate) fn is_open(&self, db: &Transaction<'_>) -> Result<bool, Fault> {
        let completed = |one: &Self| one.content.kind == TransactionKind::Completion;
        Ok(self.is_live() && !self.live_followers(db)?.iter().any(completed))
    }

    pub(crate) fn set_reversed(&self, db: &Transaction<'_>, at: UnixTime) -> Result<(), Fault> {
        db.prepare_cached("UPDATE authorisation SET reversed_at = ?2 WHERE id = ?1")?
            .execute((self.id.0, at.0))?;
        Ok(())
    }

    pub(crate) fn set_released(&self, db: &Transaction<'_>, at: UnixTime) -> Result<(), Fault> {
        db.prepare_cached("UPDATE authorisation SET released_at = ?2 WHERE id = ?1")?
            .execute((self.id.0, at.0))?;
        Ok(())
    }

    pub(crate) fn set_voided(
        &self,
        db: &Transaction<'_>,
        by: Option<AuthorisationId>,
    ) -> Result<(), Fault> {
        db.prepare_cached("UPDATE authorisation SET voided_by = ?2 WHERE id = ?1")?
            .execute((self.id.0, by.map(|by| by.0)))?;
        Ok(())
    }

    fn find(
        db: &Transaction<'_>,
        condition: &str,
        values: impl Params,
    ) -> Result<Option<Self>, Fault> {
        let mut statement = db.prepare_cached(&select(condition))?;
        let found = statement.query_row(values, |row| Ok(Self::read(row)));
        found.optional()?.transpose()
    }

    fn read(row: &Row<'_>) -> Result<Self, Fault> {
        let reversed_at: Option<u64> = row.get("reversed_at")?;
        let voided_by: Option<u64> = row.get("voided_by")?;
        let settlement: Option<u64> = row.get("settlement")?;
        let released_at: Option<u64> = row.get("released_at")?;
        Ok(Self {
            id: AuthorisationId(row.get("id")?),
            content: Content::read(row)?,
            reversed_at: reversed_at.map(UnixTime),
            voided_by: voided_by.map(AuthorisationId),
            settlement: settlement.map(SettlementId),
            released_at: released_at.map(UnixTime),
        })
    }
}

fn select(condition: &str) -> String {
    format!("SELECT * FROM authorisation WHERE {condition}")
}

impl Content {
    /// Keeps a request with its answer.
    pub(crate) fn insert(
        &self,
        db: &Transaction<'_>,
        fingerprint: &[u8; 32],
    ) -> Result<AuthorisationId, Fault> {
        let identity = &self.identity;
        db.prepare_cached(INSERT)?.execute(named_params! {
            ":token": self.token.map(|token| token.0),
            ":atc": self.atc.map(Atc::get),
            ":cryptogram": self.cryptogram,
            ":kind": self.kind.name(),
            ":original": self.original.map(|original| original.0),
            ":fingerprint": fingerprint,
            ":reason": self.reason.name(),
            ":arpc": self.arpc,
            ":approval": self.approval.as_ref().map(ApprovalCode::text),
            ":amount": self.amount.minor(),
            ":currency": self.amount.currency().numeric(),
            ":verified": self.hold.map(|hold| hold.verified),
            ":tap_limit": self.hold.and_then(|hold| hold.limit),
            ":hold_until": self.hold.map(|hold| hold.until.0),
            ":balance": self.balance.map(Amount::minor),
            ":balance_currency": self.balance.map(|balance| balance.currency().numeric()),
            ":merchant": identity.merchant.text(),
            ":terminal": identity.terminal.text(),
            ":trace": identity.trace.get(),
            ":local_time": identity.local_time.text(),
            ":reference": self.reference.text(),
            ":decided_at": self.decided_at.0,
        })?;
        let id = u64::try_from(db.last_insert_rowid());
        if let Some(token) = self.token.filter(|_| self.atc.is_some()) {
            Token::count_counter(db, token)?;
        }
        Ok(AuthorisationId(id.map_err(|_| StoreError::Full)?))
    }

    /// True if it moved no money and used no counter up: anybody can cause such a record.
    pub(crate) fn is_idle(&self) -> bool {
        self.atc.is_none() && self.reason != Reason::Approved
    }

    /// The answer.
    pub(crate) fn verdict(&self, id: AuthorisationId, repeat: bool) -> Verdict {
        Verdict {
            reason: self.reason,
            approval: self.approval,
            arpc: self.arpc,
            balance: self.balance,
            token: self.token,
            authorisation: Some(id),
            repeat,
        }
    }

    fn read(row: &Row<'_>) -> Result<Self, Fault> {
        let damaged = StoreError::Value;
        let token: Option<u32> = row.get("token")?;
        let atc: Option<u16> = row.get("atc")?;
        let original: Option<u64> = row.get("original")?;
        let (kind, reason): (String, String) = (row.get("kind")?, row.get("reason")?);
        let amount = amount_of(row.get("amount")?, row.get("currency")?);
        let balance: Option<u64> = row.get("balance")?;
        let balance = balance.zip(row.get("balance_currency")?);
        Ok(Self {
            token: token.map(TokenId),
            atc: parsed(atc, |atc| Atc::new(*atc))?,
            cryptogram: row.get("cryptogram")?,
            kind: TransactionKind::from_name(&kind).ok_or(damaged("a request's kind"))?,
            original: original.map(AuthorisationId),
            reason: Reason::from_name(&reason).ok_or(damaged("a request's reason"))?,
            arpc: row.get("arpc")?,
            approval: parsed(row.get("approval")?, |text: &String| {
                ApprovalCode::parse(text).ok()
            })?,
            amount: amount.ok_or(damaged("a request's amount"))?,
            balance: parsed(balance, |(minor, currency)| amount_of(*minor, *currency))?,
            hold: hold(row)?,
            identity: identity(row)?,
            reference: parsed(row.get("reference")?, |text: &String| {
                Reference::parse(text).ok()
            })?
            .ok_or(damaged("a request's reference"))?,
            decided_at: UnixTime(row.get("decided_at")?),
        })
    }
}

fn amount_of(minor: u64, currency: u16) -> Option<Amount> {
    Amount::new(minor, Currency::new(currency)?)
}

fn hold(row: &Row<'_>) -> Result<Option<Hold>, Fault> {
    let (until, verified): (Option<u64>, Option<bool>) =
        (row.get("hold_until")?, row.get("verified")?);
    let limit = row.get("tap_limit")?;
    Ok(until.map(|until| Hold {
        verified: verified.unwrap_or(false),
        limit,
        until: UnixTime(until),
    }))
}

fn identity(row: &Row<'_>) -> Result<Identity, Fault> {
    let damaged = StoreError::Value("a request's identity");
    let text = |name| row.get::<_, String>(name);
    Ok(Identity {
        merchant: MerchantId::parse(&text("merchant")?).map_err(|_| damaged)?,
        terminal: TerminalId::parse(&text("terminal")?).map_err(|_| damaged)?,
        trace: TraceNumber::new(row.get("trace")?).map_err(|_| damaged)?,
        local_time: LocalTime::from_text(&text("local_time")?).ok_or(damaged)?,
    })
}

/// The parsed value of a column; `None` for NULL.
fn parsed<C, T>(column: Option<C>, parse: impl Fn(&C) -> Option<T>) -> Result<Option<T>, Fault> {
    let damaged = StoreError::Value("a request's column");
    let value = column.map(|column| parse(&column).ok_or(damaged));
    Ok(value.transpose()?)
}

/// An identity as columns of a table.
pub(crate) trait Columns {
    /// As it stands in the columns of a table.
    fn columns(&self) -> (&str, &str, u32, &str);
}

impl Columns for Identity {
    fn columns(&self) -> (&str, &str, u32, &str) {
        (
            self.merchant.text(),
            self.terminal.text(),
            self.trace.get(),
            self.local_time.text(),
        )
    }
}

const INSERT: &str = "\
    INSERT INTO authorisation (token, atc, cryptogram, kind, original, fingerprint, reason, arpc, approval, \
        amount, currency, balance, balance_currency, merchant, terminal, trace, local_time, reference, decided_at, \
        verified, tap_limit, hold_until, unreported) \
    VALUES (:token, :atc, :cryptogram, :kind, :original, :fingerprint, :reason, :arpc, :approval, :amount, \
        :currency, :balance, :balance_currency, :merchant, :terminal, :trace, :local_time, :reference, :decided_at, :verified, :tap_limit, :hold_until, \
        (SELECT iif(last >= :atc, device, NULL) FROM key_batch \
         WHERE token = :token AND first <= :atc \
            AND NOT EXISTS (SELECT 1 FROM reported WHERE token = :token AND atc = :atc) \
         ORDER BY first DESC LIMIT 1))";
