//! The table `key_batch`.

#[cfg(feature = "limited-use")]
use std::ops::RangeInclusive;

use rusqlite::Row;
use understudy_core::card::{CardId, UnixTime};
#[cfg(feature = "limited-use")]
use understudy_core::crypto::KeyIndex;
use understudy_provisioning::keys::DeviceId;

#[cfg(feature = "limited-use")]
use crate::custody::KeyLimits;
use crate::fault::Fault;
use crate::id::TokenId;
#[cfg(feature = "limited-use")]
use crate::store::StoreError;
use crate::store::act::{Act, View};
use crate::token::{Home, KeyBatch};

impl KeyBatch {
    /// The batch of a token's counter, if keys were issued for it.
    pub(crate) fn of_counter(
        view: &View<'_>,
        token: TokenId,
        atc: u16,
    ) -> Result<Option<Self>, Fault> {
        let sql = "SELECT * FROM key_batch WHERE token = ?1 AND first <= ?2 \
                   ORDER BY first DESC LIMIT 1";
        let below = view.find(sql, (token.0, atc), read)?;
        Ok(below.filter(|batch| batch.last >= atc))
    }

    /// The batch of a counter that was issued to a card of a device, which the token may have left
    /// since.
    pub(crate) fn issued_to(view: &View<'_>, home: Home, atc: u16) -> Result<Option<Self>, Fault> {
        let sql = "SELECT * FROM key_batch WHERE device = ?1 AND card = ?2 AND first <= ?3 \
                   ORDER BY first DESC LIMIT 1";
        let below = view.find(sql, (home.device.0, home.card.0, atc), read)?;
        Ok(below.filter(|batch| batch.last >= atc))
    }

    /// Keeps a batch, whose keys are given out in the same act.
    pub(crate) fn insert(&self, act: &Act<'_>) -> Result<(), Fault> {
        act.execute(
            "INSERT INTO key_batch (token, first, last, device, card, issued_at, given_out, not_after) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7)",
            (
                self.token.0,
                self.first,
                self.last,
                self.home.map(|home| home.device.0),
                self.home.map(|home| home.card.0),
                act.now.0,
                self.not_after.map(|at| at.0),
            ),
        )?;
        #[cfg(feature = "limited-use")]
        self.store_limits(act)?;
        Ok(())
    }

    #[cfg(feature = "limited-use")]
    fn store_limits(&self, act: &Act<'_>) -> Result<(), Fault> {
        if let Some(KeyLimits { index, sum }) = self.limits {
            let sql = "UPDATE key_batch SET key_index = ?3, sum_limit = ?4 \
                       WHERE token = ?1 AND first = ?2";
            act.execute(sql, (self.token.0, self.first, index.octets(), sum))?;
        }
        Ok(())
    }

    /// The greatest index of a token's limited-use keys in a range.
    #[cfg(feature = "limited-use")]
    pub(crate) fn last_index(
        view: &View<'_>,
        token: TokenId,
        range: RangeInclusive<KeyIndex>,
    ) -> Result<Option<KeyIndex>, Fault> {
        let (lowest, highest) = (range.start().octets(), range.end().octets());
        let sql = "SELECT key_index FROM key_batch \
                   WHERE token = ?1 AND key_index BETWEEN ?2 AND ?3 \
                   ORDER BY key_index DESC LIMIT 1";
        view.find(sql, (token.0, lowest, highest), |row| {
            key_index(row.get(0)?)
        })
    }

    /// The newest batches that were given out to a card and not withdrawn, newest first.
    fn taken(view: &View<'_>, home: Home, newest: usize) -> Result<Vec<Self>, Fault> {
        let sql = "SELECT * FROM key_batch \
                   WHERE device = ?1 AND card = ?2 AND given_out = 1 AND withdrawn = 0 \
                   ORDER BY first DESC LIMIT ?3";
        view.all(sql, (home.device.0, home.card.0, newest), read)
    }

    /// Notes that the packages with the newest batches of a card were withdrawn.
    pub(crate) fn withdraw(act: &Act<'_>, home: Home, newest: usize) -> Result<(), Fault> {
        for batch in Self::taken(act, home, newest)? {
            let sql = "UPDATE key_batch SET withdrawn = 1 WHERE token = ?1 AND first = ?2";
            act.execute(sql, (batch.token.0, batch.first))?;
        }
        Ok(())
    }

    /// Notes that a device took the package with a batch: it has used one of the keys.
    pub(crate) fn set_taken(&self, act: &Act<'_>) -> Result<(), Fault> {
        let sql = "UPDATE key_batch SET withdrawn = 0 WHERE token = ?1 AND first = ?2";
        act.execute(sql, (self.token.0, self.first))?;
        Ok(())
    }

    /// The newest batch of a card, if the package of every one was withdrawn.
    pub(crate) fn newest_if_all_withdrawn(
        view: &View<'_>,
        home: Home,
    ) -> Result<Option<Self>, Fault> {
        if !Self::taken(view, home, 1)?.is_empty() {
            return Ok(None);
        }
        let sql = "SELECT * FROM key_batch WHERE device = ?1 AND card = ?2 AND withdrawn = 1 \
                   ORDER BY first DESC LIMIT 1";
        view.find(sql, (home.device.0, home.card.0), read)
    }
}

fn read(row: &Row<'_>) -> Result<KeyBatch, Fault> {
    let device: Option<[u8; 16]> = row.get("device")?;
    let card: Option<u16> = row.get("card")?;
    let not_after: Option<u64> = row.get("not_after")?;
    Ok(KeyBatch {
        token: TokenId(row.get("token")?),
        first: row.get("first")?,
        last: row.get("last")?,
        home: device.zip(card).map(|(device, card)| Home {
            device: DeviceId(device),
            card: CardId(card),
        }),
        not_after: not_after.map(UnixTime),
        #[cfg(feature = "limited-use")]
        limits: limits(row)?,
    })
}

#[cfg(feature = "limited-use")]
fn limits(row: &Row<'_>) -> Result<Option<KeyLimits>, Fault> {
    let index: Option<[u8; KeyIndex::LEN]> = row.get("key_index")?;
    let sum: Option<u64> = row.get("sum_limit")?;
    let Some((index, sum)) = index.zip(sum) else {
        return Ok(None);
    };
    let index = key_index(index)?;
    Ok(Some(KeyLimits { index, sum }))
}

#[cfg(feature = "limited-use")]
fn key_index(octets: [u8; KeyIndex::LEN]) -> Result<KeyIndex, Fault> {
    let index = KeyIndex::from_octets(octets);
    Ok(index.map_err(|_| StoreError::Value("the index of a key"))?)
}
