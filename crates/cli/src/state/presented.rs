//! The card that the user presents for a limited time, which outlasts the command that began it.
//!
//! ```text
//! understudy presented 1 CARD FROM UNTIL\n
//! ```
//!
//! `CARD` is its number, `FROM` and `UNTIL` are Unix times by the system's clock. A file that is not
//! understood, or whose time is not now, presents nothing.

use understudy_core::card::CardId;
use understudy_wallet::Wallet;

use super::now;
use crate::failure::Failure;
use crate::home::{self, Home};

/// A card and the time for which it is presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Presented {
    card: CardId,
    from: u64,
    until: u64,
}

impl Presented {
    /// Presents a card from now on.
    pub(crate) fn begin(home: &Home, card: CardId, seconds: u32) -> Result<(), Failure> {
        let from = now().0;
        let until = from.saturating_add(u64::from(seconds));
        let line = Self { card, from, until }.line();
        home.replace_small(&home.presented(), line.as_bytes())
    }

    /// Ends the presentation: only the default card is presented.
    pub(crate) fn forget(home: &Home) -> Result<(), Failure> {
        home::remove(&home.presented())
    }

    /// Presents the card in the wallet, if its time has begun and not ended and the wallet holds
    /// it.
    pub(super) fn read(home: &Home, wallet: &Wallet) -> Option<Self> {
        let octets = home::read_octets(&home.presented()).ok().flatten()?;
        let presented = Self::parse(std::str::from_utf8(&octets).ok()?)?;
        let seconds = presented.seconds_left(now().0)?;
        wallet.present(presented.card, seconds).ok()?;
        Some(presented)
    }

    /// The card.
    pub(super) fn card(&self) -> CardId {
        self.card
    }

    fn line(&self) -> String {
        format!(
            "understudy presented 1 {} {} {}\n",
            self.card.0, self.from, self.until
        )
    }

    fn parse(text: &str) -> Option<Self> {
        let mut words = text.strip_suffix('\n')?.split(' ');
        let head = [words.next()?, words.next()?, words.next()?];
        if head != ["understudy", "presented", "1"] {
            return None;
        }
        let presented = Self {
            card: CardId(words.next()?.parse().ok()?),
            from: words.next()?.parse().ok()?,
            until: words.next()?.parse().ok()?,
        };
        words.next().is_none().then_some(presented)
    }

    /// The remaining seconds. A clock that was set back does not lengthen them.
    fn seconds_left(&self, now: u64) -> Option<u32> {
        let left = self.until.checked_sub(now).filter(|left| *left > 0)?;
        (self.from <= now).then_some(u32::try_from(left).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRESENTED: Presented = Presented {
        card: CardId(2),
        from: 1000,
        until: 1030,
    };

    #[test]
    fn the_line_is_read_back_and_no_cut_or_addition_is() {
        let line = PRESENTED.line();
        assert_eq!(line, "understudy presented 1 2 1000 1030\n");
        assert_eq!(Presented::parse(&line), Some(PRESENTED));
        for length in 0..line.len() {
            assert_eq!(Presented::parse(&line[..length]), None, "{length} octets");
        }
        for wrong in [
            "understudy presented 2 2 1000 1030\n",
            "understudy presented 1 2 1000 1030 1\n",
            "understudy presented 1 65536 1000 1030\n",
            "understudy presented 1 2 -1 1030\n",
        ] {
            assert_eq!(Presented::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn it_holds_from_its_beginning_up_to_its_end_whatever_the_clock_does() {
        for (now, left) in [
            (999, None),
            (1000, Some(30)),
            (1029, Some(1)),
            (1030, None),
            (u64::MAX, None),
            (0, None),
        ] {
            assert_eq!(PRESENTED.seconds_left(now), left, "at {now}");
        }
    }
}
