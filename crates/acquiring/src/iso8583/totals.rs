//! The totals of a batch: DE 48.
//!
//! One group of 81 digits a currency, in ascending order of the currencies:
//!
//! ```text
//! currency (3) | sales: number (10), sum (16) | voids: the same | refunds: the same
//! ```

use super::digits::{digits, number};
use super::error::Error;
use super::message::Message;
use super::values::{currency, currency_digits};
use crate::field::FieldError;
use crate::message::{CURRENCIES_MAX, CurrencyTotals, Tally, Totals};

const CURRENCY: usize = 3;
const COUNT: usize = 10;
const SUM: usize = 16;
const TALLY: usize = COUNT + SUM;
const GROUP: usize = CURRENCY + 3 * TALLY;

/// Writes DE 48; nothing of an empty batch.
pub(super) fn set_totals(message: &mut Message, totals: &Totals) -> Result<(), Error> {
    let mut room = [0; GROUP * CURRENCIES_MAX];
    let mut used = 0;
    for (slots, group) in room.chunks_exact_mut(GROUP).zip(totals.iter()) {
        emit(group, slots).ok_or(FieldError::Totals)?;
        used += GROUP;
    }
    match room.get(..used) {
        Some(groups) if used > 0 => message.set(48, groups),
        _ => Ok(()),
    }
}

/// Reads DE 48. Groups that are not in ascending order are refused.
pub(super) fn totals(value: &[u8]) -> Result<Totals, FieldError> {
    if !value.len().is_multiple_of(GROUP) {
        return Err(FieldError::Totals);
    }
    let mut groups = [None; CURRENCIES_MAX];
    for (slot, group) in groups.iter_mut().zip(value.chunks_exact(GROUP)) {
        *slot = Some(parse(group).ok_or(FieldError::Totals)?);
    }
    let groups = groups.iter().copied().flatten();
    if !groups.clone().is_sorted_by_key(|group| group.currency) {
        return Err(FieldError::Totals);
    }
    Totals::new(groups)
}

fn emit(group: &CurrencyTotals, slots: &mut [u8]) -> Option<()> {
    let (head, tallies) = slots.split_first_chunk_mut::<CURRENCY>()?;
    *head = currency_digits(group.currency);
    let parts = [group.sales, group.voids, group.refunds];
    for (slots, tally) in tallies.chunks_exact_mut(TALLY).zip(parts) {
        let (count, sum) = slots.split_first_chunk_mut::<COUNT>()?;
        *count = digits(tally.count)?;
        sum.copy_from_slice(&digits::<SUM>(tally.sum)?);
    }
    Some(())
}

fn parse(group: &[u8]) -> Option<CurrencyTotals> {
    let (head, rest) = group.split_first_chunk::<CURRENCY>()?;
    let mut tallies = rest.chunks_exact(TALLY).map(|tally| {
        let (count, sum) = tally.split_first_chunk::<COUNT>()?;
        Some(Tally {
            count: number(count)?,
            sum: number(sum)?,
        })
    });
    Some(CurrencyTotals {
        currency: currency(head).ok()?,
        sales: tallies.next()??,
        voids: tallies.next()??,
        refunds: tallies.next()??,
    })
}
