//! The table `authorisation`: requests, each with its answer.

mod row;
pub(super) mod sums;

use rusqlite::{Params, named_params};
use understudy_acquiring::{ApprovalCode, Identity, MerchantId, Reference, TerminalId};
use understudy_core::card::UnixTime;
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::Amount;
use understudy_provisioning::keys::DeviceId;

use super::{column, identity_columns};
use crate::fault::Fault;
use crate::host::record::{AuthorisationFilter, Content, Record};
use crate::id::{AuthorisationId, TokenId};
use crate::store::act::{Act, View};
use crate::store::{PAGE, StoreError};
use row::read;

impl Record {
    /// The record of exactly this request.
    pub(crate) fn of_request(
        view: &View<'_>,
        fingerprint: &[u8; 32],
    ) -> Result<Option<Self>, Fault> {
        first(view, "fingerprint = ?1", [fingerprint])
    }

    /// The first record of this identity: later ones were declined for using it again.
    pub(crate) fn of_identity(view: &View<'_>, identity: &Identity) -> Result<Option<Self>, Fault> {
        first(
            view,
            "merchant = ?1 AND terminal = ?2 AND trace = ?3 AND local_time = ?4 ORDER BY id LIMIT 1",
            identity_columns(identity),
        )
    }

    /// The record of this name.
    pub(crate) fn load(view: &View<'_>, id: AuthorisationId) -> Result<Option<Self>, Fault> {
        first(view, "id = ?1", [id.0])
    }

    /// The newest record of a merchant with this reference and this approval code, or with none, that
    /// came from this terminal if one is given.
    pub(crate) fn of_reference(
        view: &View<'_>,
        merchant: &MerchantId,
        terminal: Option<&TerminalId>,
        reference: &Reference,
        approval: Option<&ApprovalCode>,
    ) -> Result<Option<Self>, Fault> {
        first(
            view,
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

    /// The requests that follow a record and were approved, in the order in which they came.
    pub(crate) fn approved_followers(&self, view: &View<'_>) -> Result<Vec<Self>, Fault> {
        let sql = select("original = ?1 AND reason = 'approved' ORDER BY id");
        view.all(&sql, [self.id.0], read)
    }

    /// The record that used a token's counter up, if one did.
    pub(crate) fn of_counter(
        view: &View<'_>,
        token: TokenId,
        atc: Atc,
    ) -> Result<Option<Self>, Fault> {
        first(view, "token = ?1 AND atc = ?2", (token.0, atc.get()))
    }

    /// The pre-authorisations whose hold has expired and was not let go yet, in the order of their end.
    pub(crate) fn of_expired_holds(view: &View<'_>, now: UnixTime) -> Result<Vec<Self>, Fault> {
        let sql = select("hold_until <= ?1 AND released_at IS NULL ORDER BY hold_until, id");
        view.all(&sql, [now.0], read)
    }

    /// A page of a list, newest first.
    pub(crate) fn page(view: &View<'_>, filter: &AuthorisationFilter) -> Result<Vec<Self>, Fault> {
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
        view.all(&sql, (token, reference, before, limit), read)
    }

    /// The number of the last record; 0 if there is none.
    pub(crate) fn last(view: &View<'_>) -> Result<u64, Fault> {
        view.one("SELECT ifnull(max(id), 0) FROM authorisation", [], column)
    }

    /// The requests that used up a counter of a device's keys which no report has, by token and
    /// counter.
    pub(crate) fn unreported_of(
        view: &View<'_>,
        device: DeviceId,
    ) -> Result<Vec<(TokenId, Atc, AuthorisationId)>, Fault> {
        let sql = "SELECT token, atc, id FROM authorisation \
                   WHERE unreported = ?1 ORDER BY token, atc";
        view.all(sql, [device.0], |row| {
            let atc = Atc::new(row.get(1)?).ok_or(StoreError::Value("a counter"))?;
            Ok((TokenId(row.get(0)?), atc, AuthorisationId(row.get(2)?)))
        })
    }

    /// Lets the request that used a counter up wait for no report any more.
    pub(crate) fn set_reported(act: &Act<'_>, token: TokenId, atc: Atc) -> Result<(), Fault> {
        let sql = "UPDATE authorisation SET unreported = NULL WHERE token = ?1 AND atc = ?2";
        act.execute(sql, (token.0, atc.get()))?;
        Ok(())
    }

    pub(crate) fn set_reversed(&self, act: &Act<'_>) -> Result<(), Fault> {
        let sql = "UPDATE authorisation SET reversed_at = ?2 WHERE id = ?1";
        act.execute(sql, (self.id.0, act.now.0))?;
        Ok(())
    }

    /// Notes that its hold was let go because it had expired.
    pub(crate) fn set_released(&self, act: &Act<'_>) -> Result<(), Fault> {
        let sql = "UPDATE authorisation SET released_at = ?2 WHERE id = ?1";
        act.execute(sql, (self.id.0, act.now.0))?;
        Ok(())
    }

    /// Stores the void that is in force; none if that was reversed.
    pub(crate) fn set_voided(
        &self,
        act: &Act<'_>,
        by: Option<AuthorisationId>,
    ) -> Result<(), Fault> {
        let sql = "UPDATE authorisation SET voided_by = ?2 WHERE id = ?1";
        act.execute(sql, (self.id.0, by.map(|by| by.0)))?;
        Ok(())
    }

    /// The records of a token, or of none, that moved nothing and used no counter up, without the
    /// newest.
    pub(crate) fn idle_but(
        view: &View<'_>,
        token: Option<TokenId>,
        newest: u32,
    ) -> Result<Vec<AuthorisationId>, Fault> {
        let sql = "SELECT id FROM authorisation \
                   WHERE token IS ?1 AND atc IS NULL AND reason <> 'approved' \
                   ORDER BY id DESC LIMIT -1 OFFSET ?2";
        view.all(sql, (token.map(|token| token.0), newest), |row| {
            Ok(AuthorisationId(column(row)?))
        })
    }

    /// Deletes a record that moved nothing.
    pub(crate) fn delete(act: &Act<'_>, id: AuthorisationId) -> Result<(), Fault> {
        act.execute("DELETE FROM authorisation WHERE id = ?1", [id.0])?;
        Ok(())
    }
}

impl Content {
    /// Keeps a request with its answer. `unreported` is the device whose report is to have its
    /// counter.
    pub(crate) fn insert(
        &self,
        act: &Act<'_>,
        fingerprint: &[u8; 32],
        unreported: Option<DeviceId>,
    ) -> Result<AuthorisationId, Fault> {
        let (merchant, terminal, trace, local_time) = identity_columns(&self.identity);
        let id = act.insert(
            INSERT,
            named_params! {
                ":token": self.token.map(|token| token.0),
                ":atc": self.atc.map(Atc::get),
                ":cryptogram": self.cryptogram,
                ":kind": self.kind.name(),
                ":by_code": self.by_code,
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
                ":merchant": merchant,
                ":terminal": terminal,
                ":trace": trace,
                ":local_time": local_time,
                ":reference": self.reference.text(),
                ":decided_at": self.decided_at.0,
                ":unreported": unreported.map(|device| device.0),
            },
        )?;
        Ok(AuthorisationId(id))
    }
}

fn first(view: &View<'_>, condition: &str, values: impl Params) -> Result<Option<Record>, Fault> {
    view.find(&select(condition), values, read)
}

fn select(condition: &str) -> String {
    format!("SELECT * FROM authorisation WHERE {condition}")
}

const INSERT: &str = "\
    INSERT INTO authorisation (token, atc, cryptogram, kind, by_code, original, fingerprint, reason, arpc, \
        approval, amount, currency, balance, balance_currency, merchant, terminal, trace, \
        local_time, reference, decided_at, verified, tap_limit, hold_until, unreported) \
    VALUES (:token, :atc, :cryptogram, :kind, :by_code, :original, :fingerprint, :reason, :arpc, \
        :approval, :amount, :currency, :balance, :balance_currency, :merchant, :terminal, :trace, \
        :local_time, :reference, :decided_at, :verified, :tap_limit, :hold_until, :unreported)";
