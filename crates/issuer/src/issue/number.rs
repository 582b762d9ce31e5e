//! New numbers, and the track 2 around them.

use std::cell::Cell;

use understudy_core::card::Scheme;
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::{Expiry, Track2};
use zeroize::Zeroizing;

use super::IssueError;
use crate::fault::Fault;
use crate::issuer::Issuer;
use crate::random::{self, NoRandomness};
use crate::store::Act;
use crate::token::Token;

/// The service code: a chip is present (2), no restriction (01).
const SERVICE_CODE: [u8; 3] = [2, 0, 1];

/// The number of random digits in track 2, so that the number alone does not determine it.
const DISCRETIONARY_DIGITS: usize = 8;

impl Issuer {
    /// Refuses a number that cannot be the PAN behind a token of this scheme.
    pub(crate) fn check_pan(&self, scheme: Scheme, pan: &CardNumber) -> Result<(), IssueError> {
        if !(13..=19).contains(&pan.len()) || !pan.luhn_valid() {
            return Err(IssueError::Pan);
        }
        if self.config.ranges.iter().any(|range| range.contains(pan)) {
            return Err(IssueError::PanIsToken);
        }
        if self.keys().holds_test_keys() && !self.config.admits_under_test_keys(scheme, pan) {
            return Err(IssueError::TestKeys);
        }
        Ok(())
    }
}

/// Track 2 with a number of a scheme that was never a token's.
pub(super) fn draw_track2(
    act: &Act<'_>,
    scheme: Scheme,
    expiry: Expiry,
) -> Result<Track2, IssueError> {
    let number = draw_number(act, scheme)?;
    let discretionary = discretionary_digits().map_err(Fault::from)?;
    Ok(Track2::new(number, expiry, SERVICE_CODE, &*discretionary)?)
}

fn draw_number(act: &Act<'_>, scheme: Scheme) -> Result<CardNumber, IssueError> {
    let ranges = act.config.ranges.iter();
    let mut ranges = ranges.filter(|range| range.scheme() == scheme).peekable();
    if ranges.peek().is_none() {
        return Err(IssueError::NoRange(scheme));
    }
    let fault = Cell::new(None);
    let is_free = |number: &CardNumber| match Token::is_free(act, number) {
        Ok(free) => free,
        // The error ends the search, and the number is not used.
        Err(error) => {
            fault.set(Some(error));
            true
        }
    };
    for range in ranges {
        let drawn = range.draw(is_free).map_err(Fault::from)?;
        if let Some(error) = fault.take() {
            return Err(error.into());
        }
        if let Some(number) = drawn {
            return Ok(number);
        }
    }
    Err(IssueError::RangeExhausted(scheme))
}

fn discretionary_digits() -> Result<Zeroizing<[u8; DISCRETIONARY_DIGITS]>, NoRandomness> {
    let mut digits = Zeroizing::new([0; DISCRETIONARY_DIGITS]);
    for digit in digits.iter_mut() {
        *digit = u8::try_from(random::below(10)?).unwrap_or(0);
    }
    Ok(digits)
}
