//! The table `letter`: what a device has not acknowledged.

use std::collections::BTreeMap;

use understudy_core::card::CardId;
use understudy_provisioning::keys::DeviceId;
use understudy_provisioning::message::Kind;

use super::column;
use crate::fault::Fault;
use crate::store::act::{Act, View};

/// The SQL expression of a letter's kind: the first octet of a queued one, the third of a sealed
/// one.
const KIND: &str = "iif(sealed IS NULL, substr(content, 1, 1), substr(sealed, 3, 1))";

/// The letters that wait for a device.
#[derive(Clone, Copy)]
pub(crate) struct Letters(pub(crate) DeviceId);

/// A letter that is not sealed yet.
pub(crate) struct Queued {
    id: i64,
    /// The card that it is for; none if it is for the device.
    pub(crate) card: Option<CardId>,
    /// The octet of its kind, and its content.
    pub(crate) content: Vec<u8>,
}

/// Letters of one sort, of which the newest has the effect of all.
#[derive(Clone, Copy)]
pub(crate) struct Sort {
    pub(crate) kind: Kind,
    pub(crate) of: Of,
    /// The octet of the command, if it is one.
    pub(crate) command: Option<[u8; 1]>,
}

/// The cards to which the letters of a sort are addressed.
#[derive(Clone, Copy)]
pub(crate) enum Of {
    /// To one card; `None`: to the device itself.
    One(Option<CardId>),
    /// To any card.
    AnyCard,
}

impl Letters {
    /// Every sealed letter, in the order of their numbers.
    pub(crate) fn sealed(self, view: &View<'_>) -> Result<Vec<Vec<u8>>, Fault> {
        let sql = "SELECT sealed FROM letter WHERE device = ?1 AND sealed IS NOT NULL \
                   ORDER BY sequence";
        view.all(sql, [self.0.0], column)
    }

    /// The sealed letter of this number.
    pub(crate) fn sealed_as(
        self,
        view: &View<'_>,
        sequence: Option<u64>,
    ) -> Result<Option<Vec<u8>>, Fault> {
        let sql = "SELECT sealed FROM letter WHERE device = ?1 AND sequence = ?2";
        view.find(sql, (self.0.0, sequence), column)
    }

    /// Every letter that is not sealed yet, in the order in which they were queued.
    pub(crate) fn queued(self, view: &View<'_>) -> Result<Vec<Queued>, Fault> {
        let sql = "SELECT id, card, content FROM letter \
                   WHERE device = ?1 AND content IS NOT NULL ORDER BY id";
        view.all(sql, [self.0.0], |row| {
            let card: Option<u16> = row.get(1)?;
            Ok(Queued {
                id: row.get(0)?,
                card: card.map(CardId),
                content: row.get(2)?,
            })
        })
    }

    /// The number of all letters.
    pub(crate) fn count(self, view: &View<'_>) -> Result<u32, Fault> {
        let sql = "SELECT count(*) FROM letter WHERE device = ?1";
        view.one(sql, [self.0.0], column)
    }

    /// The number of letters that are no notices.
    pub(crate) fn count_without_notices(self, view: &View<'_>) -> Result<u32, Fault> {
        let sql = format!("SELECT count(*) FROM letter WHERE device = ?1 AND {KIND} <> ?2");
        view.one(&sql, (self.0.0, [Kind::Notice.octet()]), column)
    }

    /// Appends a letter that is sealed later.
    pub(crate) fn queue(
        self,
        act: &Act<'_>,
        card: Option<CardId>,
        content: &[u8],
        command: Option<[u8; 1]>,
    ) -> Result<(), Fault> {
        let sql = "INSERT INTO letter (device, card, content, command) VALUES (?1, ?2, ?3, ?4)";
        act.execute(sql, (self.0.0, card.map(|card| card.0), content, command))?;
        Ok(())
    }

    /// Appends a sealed letter.
    pub(crate) fn append(
        self,
        act: &Act<'_>,
        card: Option<CardId>,
        sequence: u64,
        sealed: &[u8],
    ) -> Result<(), Fault> {
        let sql = "INSERT INTO letter (device, card, sequence, sealed) VALUES (?1, ?2, ?3, ?4)";
        act.execute(sql, (self.0.0, card.map(|card| card.0), sequence, sealed))?;
        Ok(())
    }

    /// Deletes all but the newest letters of a sort.
    pub(crate) fn keep_newest(self, act: &Act<'_>, sort: Sort, kept: u32) -> Result<(), Fault> {
        let (of, card) = match sort.of {
            Of::One(card) => ("card IS ?3", card),
            Of::AnyCard => ("card IS NOT NULL AND ?3 IS NULL", None),
        };
        let sql = format!(
            "DELETE FROM letter WHERE id IN (SELECT id FROM letter \
                WHERE device = ?1 AND {KIND} = ?2 AND {of} AND command IS ?4 \
                ORDER BY id DESC LIMIT -1 OFFSET ?5)"
        );
        let (kind, card) = ([sort.kind.octet()], card.map(|card| card.0));
        act.execute(&sql, (self.0.0, kind, card, sort.command, kept))?;
        Ok(())
    }

    /// Deletes the letters up to a number; returns how many there were.
    pub(crate) fn delete_through(self, act: &Act<'_>, sequence: u64) -> Result<usize, Fault> {
        let sql = "DELETE FROM letter WHERE device = ?1 AND sequence <= ?2";
        act.execute(sql, (self.0.0, sequence))
    }

    /// Deletes every letter.
    pub(crate) fn delete_all(self, act: &Act<'_>) -> Result<(), Fault> {
        act.execute("DELETE FROM letter WHERE device = ?1", [self.0.0])?;
        Ok(())
    }

    /// Deletes the packages for a card, or all; returns how many there were of each card.
    pub(crate) fn delete_packages(
        self,
        act: &Act<'_>,
        card: Option<CardId>,
    ) -> Result<BTreeMap<CardId, usize>, Fault> {
        let which = (self.0.0, card.map(|card| card.0), [Kind::Package.octet()]);
        let sql = "SELECT card FROM letter WHERE device = ?1 AND ifnull(card = ?2, ?2 IS NULL) \
                   AND substr(sealed, 3, 1) = ?3";
        let cards = act.all(sql, which, |row| Ok(CardId(column(row)?)))?;
        let sql = "DELETE FROM letter WHERE device = ?1 AND ifnull(card = ?2, ?2 IS NULL) \
                   AND substr(sealed, 3, 1) = ?3";
        act.execute(sql, which)?;
        let mut packages = BTreeMap::new();
        for card in cards {
            let count: &mut usize = packages.entry(card).or_default();
            *count = count.saturating_add(1);
        }
        Ok(packages)
    }
}

impl Queued {
    /// Stores the letter as sealed under a number.
    pub(crate) fn set_sealed(
        &self,
        act: &Act<'_>,
        sequence: u64,
        sealed: &[u8],
    ) -> Result<(), Fault> {
        let sql = "UPDATE letter SET content = NULL, sequence = ?2, sealed = ?3 WHERE id = ?1";
        act.execute(sql, (self.id, sequence, sealed))?;
        Ok(())
    }
}
