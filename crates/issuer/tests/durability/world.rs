//! An issuer on a file, with one card that every process can derive again.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, named_params};
use understudy_core::card::UnixTime;
use understudy_core::card::tags::flags::VERIFIED_IN_IAD;
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::{Expiry, TRACK2_MAX, Track2};
use understudy_issuer::demonstration::{self, TEST_PAN};
use understudy_issuer::{
    AccountId, Fault, IssueOptions, Issuer, KeyCustody as _, Place, ProcessingCode, Purpose,
    ReversalVerdict, TokenId, Verdict,
};

use super::kit::{Card, EXPIRY, Sale, cny};

/// 2026-11-22T00:00:00Z.
pub(crate) const NOW: UnixTime = UnixTime(1_795_305_600);

pub(crate) const FUNDS: u64 = 900_000_000_000;

/// The number of the first token.
const NUMBER: &str = "6250940000000014";

pub(crate) struct World {
    pub(crate) issuer: Issuer,
    pub(crate) card: Card,
}

pub(crate) fn pan() -> CardNumber {
    CardNumber::parse(TEST_PAN).unwrap()
}

/// A temporary folder, in memory if possible: these tests are about processes, not disks.
pub(crate) fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}

impl World {
    /// A new issuer in a folder, whose card has all keys.
    pub(crate) fn new(folder: &Path) -> Self {
        let path = database(folder);
        drop(open(&path, Duration::from_secs(10)).unwrap());
        personalise(&path);
        Self::open(folder)
    }

    /// The issuer in a folder.
    pub(crate) fn open(folder: &Path) -> Self {
        Self {
            issuer: open(&database(folder), Duration::from_secs(10)).unwrap(),
            card: card(),
        }
    }

    pub(crate) fn authorise(&self, sale: &Sale) -> Verdict {
        self.issuer.authorise(&sale.request(), NOW).unwrap()
    }

    pub(crate) fn reverse(&self, sale: &Sale) -> ReversalVerdict {
        self.issuer.reverse(&sale.identity, NOW).unwrap()
    }

    /// The sum spent so far, in minor units.
    pub(crate) fn spent(&self) -> i128 {
        let statement = self.issuer.statement(self.card.token).unwrap().unwrap();
        i128::from(FUNDS) - statement.available
    }
}

pub(crate) fn database(folder: &Path) -> PathBuf {
    folder.join("issuer.sqlite")
}

pub(crate) fn open(path: &Path, patience: Duration) -> Result<Issuer, Fault> {
    Issuer::open_within(
        path,
        demonstration::custody(),
        demonstration::config(),
        patience,
    )
}

/// A sale of one minor unit with this counter, under this trace number; the same in every process.
pub(crate) fn sale(card: &Card, atc: u16, trace: u32) -> Sale {
    let mut sale = card.request_of(ProcessingCode::SALE, atc, cny(1));
    sale.identity.trace = understudy_issuer::TraceNumber::new(trace).unwrap();
    sale.reference = super::kit::reference(&sale.identity);
    sale
}

pub(crate) fn card() -> Card {
    Card {
        token: TokenId::new(1),
        number: CardNumber::parse(NUMBER).unwrap(),
        track2: track2().emit(&mut [0; TRACK2_MAX]).to_vec(),
        options: IssueOptions::default(),
    }
}

fn track2() -> Track2 {
    let number = CardNumber::parse(NUMBER).unwrap();
    let expiry = Expiry::parse(EXPIRY).unwrap();
    Track2::new(number, expiry, [2, 0, 1], &[1, 2, 3, 4]).unwrap()
}

/// Inserts the account and its token, as the issuer would.
fn personalise(path: &Path) {
    let keys = demonstration::custody();
    let db = Connection::open(path).unwrap();
    let pan = TEST_PAN.as_bytes();
    db.execute(
        "INSERT INTO account (id, pan, pan_index, par, currency, opened) \
         VALUES (1, ?1, ?2, 'Z0US0000000000000000000000001', 156, ?3)",
        (
            keys.wrap(Place::Pan(AccountId::new(1)), pan).unwrap(),
            keys.digest(Purpose::PanIndex, &[pan]).unwrap(),
            FUNDS,
        ),
    )
    .unwrap();
    db.execute_batch(&format!(
        "INSERT INTO ledger (id, kind, account, currency) \
         VALUES (1, 'opening', NULL, 156), (2, 'funds', 1, 156); \
         INSERT INTO posting (kind, debit, credit, amount, account, at) \
         VALUES ('opening', 1, 2, {FUNDS}, 1, 0)"
    ))
    .unwrap();
    let digits: Vec<u8> = NUMBER.bytes().skip(2).map(|octet| octet - b'0').collect();
    let track2 = track2();
    let track2 = track2.emit(&mut [0; TRACK2_MAX]).to_vec();
    let limits = IssueOptions::default().limits;
    db.execute(
        "INSERT INTO token (id, account, status, product, track2, number_index, psn, cvn, dki, \
             discretionary, flags, cvm_policy, currency, unverified_tap, unverified_taps, \
             unverified_limit, verified_tap, validity, last_key) \
         VALUES (1, 1, 'active', 'debit', :track2, :number_index, 1, 1, 1, x'', :flags, 640, 156, \
             :tap, :taps, :sum, :verified, 60, 65534)",
        named_params! {
            ":track2": keys.wrap(Place::Track2(TokenId::new(1)), &track2).unwrap(),
            ":number_index": keys.digest(Purpose::NumberIndex, &[&digits]).unwrap(),
            ":flags": VERIFIED_IN_IAD,
            ":tap": limits.unverified_tap,
            ":taps": limits.unverified_taps,
            ":sum": limits.unverified_sum,
            ":verified": limits.verified_tap,
        },
    )
    .unwrap();
}
