//! `cards`: the list of the wallet's cards.

use clap::Args;
use serde::Serialize;
use understudy_core::card::{Limits, Standing};
use understudy_core::crypto::Algorithm;
use understudy_core::wire::amount::Amount;
use understudy_pos::money;
use understudy_wallet::CardSummary;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::family::scheme_name;
use crate::home::Home;
use crate::layout::{Cell, Column, Table};
use crate::output::{BAD, Output};
use crate::state::{self, WalletSide};
use crate::tap::advice;

/// Lists the cards in the wallet.
#[derive(Debug, Args)]
pub(crate) struct Cards {}

impl Cards {
    #[expect(clippy::unused_self, reason = "every command has this shape")]
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let side = WalletSide::open_existing(home)?;
        let cards = side
            .as_ref()
            .map_or_else(Vec::new, |side| side.wallet.cards());
        let views: Vec<CardView> = cards.iter().map(CardView::new).collect();
        if out.json() {
            out.object(&Document {
                format: "understudy.cards/1",
                cards: views,
            });
        } else if views.is_empty() {
            let wallet = side.as_ref().map(|side| &side.wallet);
            let way = state::way_to_a_card(home, wallet)?;
            out.line(format!("The wallet holds no card: {way}."));
        } else {
            print(&views, out);
            let device = side.as_ref().and_then(|side| side.wallet.device());
            for card in cards.iter().filter(|card| card.ledger.keys == 0) {
                out.line(advice::for_no_key(home, device, card.id));
            }
        }
        Ok(Exit::Done)
    }
}

/// A card for display: without the full number and without keys.
#[derive(Debug, Serialize)]
pub(crate) struct CardView {
    card: u16,
    default: bool,
    presented: bool,
    token: String,
    scheme: String,
    /// One, or two between which readers choose.
    algorithms: Vec<&'static str>,
    label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_four: Option<String>,
    expiry: String,
    limits: LimitsView,
    suspended: bool,
    keys_left: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_atc: Option<String>,
}

impl CardView {
    pub(crate) fn new(card: &CardSummary) -> Self {
        let [year, month, day] = card.expiry;
        Self {
            card: card.id.0,
            default: card.default,
            presented: card.presented,
            token: card.token.clone(),
            scheme: scheme_name(card.scheme),
            algorithms: card.algorithms.iter().map(Algorithm::name).collect(),
            label: card.label.clone(),
            last_four: card.last_four.clone(),
            expiry: format!("20{year:02X}-{month:02X}-{day:02X}"),
            limits: LimitsView::new(&card.limits),
            suspended: card.standing == Standing::Suspended,
            keys_left: card.ledger.keys,
            last_atc: card.ledger.last_atc.map(|atc| atc.to_string()),
        }
    }

    /// The card in a few words, for a sentence.
    pub(crate) fn name(&self) -> String {
        format!("card {}, {}, {}", self.card, self.label, self.token)
    }

    /// Its label, and the algorithms if they are not the usual one.
    fn kind(&self) -> String {
        match self.algorithms.as_slice() {
            ["tdes"] => self.label.clone(),
            others => format!("{} {}", self.label, others.join("+")),
        }
    }

    /// Its number in `understudy cards`.
    pub(crate) fn number(&self) -> u16 {
        self.card
    }

    /// The card's limits.
    pub(crate) fn limits(&self) -> &LimitsView {
        &self.limits
    }

    /// The number of unused keys.
    pub(crate) fn keys_left(&self) -> u16 {
        self.keys_left
    }

    /// The card in one sentence.
    pub(crate) fn sentence(&self) -> String {
        format!(
            "card {}: {}, {}, good until {}, {}.",
            self.card,
            self.kind(),
            self.token,
            self.expiry,
            keys(self.keys_left)
        )
    }
}

/// The limits of a card's payments, as text with the currency.
#[derive(Debug, Serialize)]
pub(crate) struct LimitsView {
    unverified_tap: String,
    unverified_taps: u8,
    unverified_sum: String,
    any_tap: String,
}

impl LimitsView {
    /// The view of these limits.
    pub(crate) fn new(limits: &Limits) -> Self {
        let money = |minor: u64| {
            let amount = Amount::new(minor, limits.currency);
            amount.map_or_else(|| minor.to_string(), money::format_amount)
        };
        Self {
            unverified_tap: money(limits.unverified_tap),
            unverified_taps: limits.unverified_taps,
            unverified_sum: money(limits.unverified_sum),
            any_tap: money(limits.verified_tap),
        }
    }

    /// The limits of payments without verification, in words.
    pub(crate) fn unverified(&self) -> String {
        format!(
            "{} a tap, {} taps or {} in all",
            self.unverified_tap, self.unverified_taps, self.unverified_sum
        )
    }

    /// The limit of any tap.
    pub(crate) fn any_tap(&self) -> &str {
        &self.any_tap
    }
}

/// "1 key left", "2 keys left".
pub(crate) fn keys(count: u16) -> String {
    match count {
        1 => "1 key left".to_owned(),
        count => format!("{count} keys left"),
    }
}

fn print(cards: &[CardView], out: &mut Output) {
    let mut table = Table::new([
        Column::right("CARD"),
        Column::left("TOKEN"),
        Column::left("LABEL"),
        Column::left("BANK"),
        Column::left("GOOD UNTIL"),
        Column::right("KEYS"),
        Column::left("ATC"),
        Column::left(""),
    ]);
    for card in cards {
        let mark = match (card.suspended, card.default, card.presented) {
            (true, ..) => Cell::styled("suspended", BAD),
            (false, true, _) => Cell::new("default"),
            (false, false, true) => Cell::new("presented"),
            (false, false, false) => Cell::default(),
        };
        let keys = match card.keys_left {
            0 => Cell::styled(0, BAD),
            count => Cell::new(count),
        };
        table.row([
            Cell::new(card.card),
            Cell::new(&card.token),
            Cell::new(card.kind()),
            Cell::new(card.last_four.as_deref().unwrap_or("-")),
            Cell::new(&card.expiry),
            keys,
            Cell::new(card.last_atc.as_deref().unwrap_or("-")),
            mark,
        ]);
        table.remark(format!(
            "{} at most; unverified {}",
            card.limits.any_tap,
            card.limits.unverified()
        ));
    }
    out.table(&table);
}

/// The list in JSON.
#[derive(Serialize)]
struct Document {
    format: &'static str,
    cards: Vec<CardView>,
}
