//! A month of an honest phone that loses power, letters and reports: it is never taken for a copy.

use understudy_issuer::{DeviceStanding, IssueError, ReportError, ReportOutcome, TokenId};
use understudy_pos::till::Verdict;
use understudy_provisioning::letter::SuspendReason;
use understudy_provisioning::message::Refusal;
use understudy_wallet::WalletError;
use understudy_wallet::store::Fate;

use crate::dice::Dice;
use crate::phone::Phone;
use crate::town::Town;

const DAYS: usize = 30;
/// The number of events on a day.
const ACTS: usize = 8;

/// The number of times that each event happened.
#[derive(Debug, Default)]
struct Tally {
    paid: usize,
    power_cuts: usize,
    lost_letters: usize,
    lost_reports: usize,
    old_reports: usize,
    batches: usize,
}

struct Month {
    town: Town,
    token: TokenId,
    phone: Option<Phone>,
    /// Reports that were made.
    reports: Vec<Vec<u8>>,
    tally: Tally,
}

impl Month {
    fn phone(&self) -> &Phone {
        self.phone.as_ref().expect("a phone")
    }

    fn act(&mut self, dice: &mut Dice) {
        match dice.below(10) {
            0..=3 => self.pay(dice),
            4..=5 => self.fetch(dice),
            6 => self.report(dice),
            7 => self.ask_for_keys(),
            8 => self.phone = self.phone.take().map(Phone::died),
            _ => self.lose_power(dice),
        }
    }

    fn pay(&mut self, dice: &mut Dice) {
        if dice.once_in(3) {
            self.phone().verify();
        }
        let mut phone = self.phone.take().expect("a phone");
        if let Some(done) = self.town.buy_or_refused(&mut phone) {
            self.tally.paid += usize::from(done.verdict == Verdict::Approved);
        }
        if dice.once_in(2) {
            phone.wallet.settle().expect("a good disk");
        }
        self.phone = Some(phone);
    }

    /// Delivers some of the issuer's letters to the phone.
    fn fetch(&mut self, dice: &mut Dice) {
        let (device, now) = (self.phone().device(), self.town.clock.now());
        for letter in self.town.issuer.letters(device, now).expect("known") {
            if dice.once_in(3) {
                self.tally.lost_letters += 1;
                continue;
            }
            match self.phone().wallet.receive(&letter) {
                // A letter that was overtaken by a later one is refused.
                Ok(_) | Err(WalletError::Refused(Refusal::Stale | Refusal::Epoch)) => {}
                Err(other) => panic!("{other}"),
            }
        }
    }

    /// Makes a report, which may be lost; an old one may arrive in its place.
    fn report(&mut self, dice: &mut Dice) {
        let report = self.phone().wallet.report().expect("a good disk");
        self.reports.push(report);
        let place = match dice.below(4) {
            0 => {
                self.tally.lost_reports += 1;
                return;
            }
            1 => dice.below(self.reports.len() as u64),
            _ => self.reports.len() as u64 - 1,
        };
        let place = usize::try_from(place).expect("few");
        let now = self.town.clock.now();
        match self.town.issuer.receive_report(&self.reports[place], now) {
            Ok(taken) => {
                assert_eq!(taken.finding, None);
                self.tally.old_reports += usize::from(taken.outcome == ReportOutcome::Again);
            }
            Err(ReportError::Refused(Refusal::Stale)) => self.tally.old_reports += 1,
            Err(other) => panic!("{other}"),
        }
    }

    fn ask_for_keys(&mut self) {
        match self
            .town
            .issuer
            .replenish(self.token, 5, self.town.clock.now())
        {
            Ok(_) => self.tally.batches += 1,
            Err(IssueError::ReportFirst) => {}
            Err(other) => panic!("{other}"),
        }
    }

    fn lose_power(&mut self, dice: &mut Dice) {
        self.tally.power_cuts += 1;
        let phone = self.phone.take().expect("a phone");
        let fate = || match dice.below(3) {
            0 => Fate::Kept,
            1 => Fate::Lost,
            _ => Fate::Torn(usize::try_from(dice.below(100)).expect("small")),
        };
        self.phone = Some(phone.cut(fate));
    }

    fn assert_honest(&self, what: &str) {
        let devices = self.town.issuer.devices(None).expect("read");
        assert_eq!(devices[0].standing, DeviceStanding::Active, "{what}");
    }
}

#[test]
fn an_honest_phone_that_loses_power_letters_and_reports_for_a_month_is_never_flagged() {
    let mut all = Tally::default();
    for seed in 1..=20 {
        let mut dice = Dice::new(seed << 32 | 0x9E37_79B9);
        let (town, phone, token, _) = Town::with_card(10);
        let mut month = Month {
            town,
            token,
            phone: Some(phone),
            reports: Vec::new(),
            tally: Tally::default(),
        };
        for day in 1..=DAYS {
            for _ in 0..ACTS {
                month.act(&mut dice);
                month.town.clock.advance(600 + dice.below(3600));
                month.assert_honest(&format!("seed {seed}, day {day}"));
            }
        }
        let Month { tally, .. } = month;
        all.paid += tally.paid;
        all.power_cuts += tally.power_cuts;
        all.lost_letters += tally.lost_letters;
        all.lost_reports += tally.lost_reports;
        all.old_reports += tally.old_reports;
        all.batches += tally.batches;
    }
    let each = [
        all.paid,
        all.power_cuts,
        all.lost_letters,
        all.lost_reports,
        all.old_reports,
        all.batches,
    ];
    assert!(each.iter().all(|count| *count >= 20), "{all:?}");
}

#[test]
fn the_same_phone_is_flagged_when_its_files_are_put_back() {
    let (town, mut phone, token, card) = Town::with_card(10);
    assert_eq!(town.buy(&mut phone, 1234).verdict, Verdict::Approved);
    phone.report(&town).expect("accepted");
    phone.fetch(&town);
    let yesterday = phone.files();
    town.clock.advance(86_400);
    assert_eq!(town.buy(&mut phone, 1234).verdict, Verdict::Approved);
    phone.report(&town).expect("accepted");
    phone.fetch(&town);
    drop(phone);

    town.clock.0.reboot();
    let mut put_back = Phone::of(&yesterday, &town.clock);
    // The wallet counts the key armed yesterday as possibly used; the next one is unused.
    let paid = town.buy_or_refused(&mut put_back);
    let said = put_back.report(&town).expect("an authentic report");
    assert!(said.finding.is_some(), "{paid:?}");
    let devices = town.issuer.devices(None).expect("read");
    assert_eq!(devices[0].standing, DeviceStanding::CloneOrRollback);
    let tokens = town.issuer.tokens(None).expect("read");
    assert_eq!((tokens[0].id, tokens.len()), (token, 1));
    let stop = SuspendReason::CloneOrRollback;
    let told = put_back.offer(&town);
    let stopped = told.iter().flatten();
    let expected = understudy_wallet::Taken::Suspended(card, stop);
    assert!(stopped.into_iter().any(|taken| *taken == expected) || told.iter().all(Result::is_err));
}
