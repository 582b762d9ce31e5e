//! Phones that are honest, copied, put back or left behind, between their taps and their reports.

use understudy_core::crypto::Atc;
use understudy_core::wire::track2::TRACK2_MAX;
use understudy_provisioning::letter::{Command, SuspendReason};

use super::kit::{Card, NOW, Sale, cny};
use crate::testkit::{Got, Phone, Used, after, settle};
use crate::token::Token;
use crate::{
    CloneOrRollback, DeviceStanding, IssueOptions, Issuer, Reason, ReportOutcome, TokenId,
    TokenStatus, demonstration,
};

/// An issuer, a phone with ten keys, its token, and the card that it makes.
struct Scene {
    issuer: Issuer,
    phone: Phone,
    token: TokenId,
    card: Card,
}

impl Scene {
    fn new() -> Self {
        let issuer = demonstration::issuer().unwrap();
        let (phone, token) = settle(&issuer);
        let card = card(&issuer, token);
        Self {
            issuer,
            phone,
            token,
            card,
        }
    }

    fn pay(&self, atc: u16, minor: u64) -> Reason {
        self.send(&self.card.sale(atc, cny(minor)))
    }

    fn send(&self, sale: &Sale) -> Reason {
        let verdict = self.issuer.authorise(&sale.request(), NOW).unwrap();
        verdict.reason
    }

    /// Reports these counters, each over 1.00, and lets the phone read that it was accepted.
    fn report(&mut self, highest: u16, marks: &[u16], at: u64) -> Option<CloneOrRollback> {
        let report = self.draft(highest, marks);
        let finding = self.deliver(&report, at);
        self.phone.fetch(&self.issuer, after(at));
        finding
    }

    fn draft(&mut self, highest: u16, marks: &[u16]) -> Vec<u8> {
        let marks: Vec<_> = marks.iter().map(|atc| (1, *atc)).collect();
        let used = Used {
            cards: &[(1, highest)],
            marks: &marks,
        };
        self.phone.report(&self.issuer, &used)
    }

    fn deliver(&self, report: &[u8], at: u64) -> Option<CloneOrRollback> {
        let reconciled = self.issuer.receive_report(report, after(at)).unwrap();
        reconciled.finding
    }

    fn standing(&self) -> DeviceStanding {
        self.issuer.devices(None).unwrap()[0].standing
    }

    fn assert_sound(&self) {
        assert_eq!(self.standing(), DeviceStanding::Active);
    }

    fn assert_flagged(&self) {
        assert_eq!(self.standing(), DeviceStanding::CloneOrRollback);
        let token = self.issuer.tokens(None).unwrap().remove(0);
        assert_eq!(token.status, TokenStatus::Suspended);
    }

    fn resume(&mut self) {
        self.issuer.resume_device(self.phone.id, NOW).unwrap();
        self.issuer.resume(self.token, NOW).unwrap();
        self.phone.fetch(&self.issuer, NOW);
    }
}

pub(super) fn card(issuer: &Issuer, token: TokenId) -> Card {
    let token = issuer.view(|view| Token::load(view, token));
    let token = token.unwrap().unwrap();
    Card {
        token: token.id,
        number: token.number().clone(),
        track2: token.track2.emit(&mut [0; TRACK2_MAX]).to_vec(),
        options: IssueOptions::default(),
    }
}

fn atc(counter: u16) -> Atc {
    Atc::new(counter).unwrap()
}

#[test]
fn keys_that_a_token_left_on_its_old_phone_pay_nothing() {
    let scene = Scene::new();
    assert_eq!(scene.pay(1, 100), Reason::Approved);
    let new = Phone::enrolled(&scene.issuer, 2);
    let moved = scene.issuer.change_device(scene.token, new.id, 5, NOW);
    moved.unwrap();
    assert_eq!(scene.pay(2, 100), Reason::CounterNotIssued);
    assert_eq!(scene.pay(11, 100), Reason::Approved);
    assert_eq!(scene.pay(10, 100), Reason::CounterNotIssued);
}

#[test]
fn keys_on_an_old_phone_that_was_flagged_pay_nothing_through_the_new_one() {
    let scene = Scene::new();
    let new = Phone::enrolled(&scene.issuer, 2);
    let moved = scene.issuer.change_device(scene.token, new.id, 5, NOW);
    moved.unwrap();
    let reason = SuspendReason::CloneOrRollback;
    scene
        .issuer
        .suspend_device(scene.phone.id, reason, NOW)
        .unwrap();
    assert_eq!(scene.pay(3, 100), Reason::CounterNotIssued);
    assert_eq!(scene.pay(12, 100), Reason::Approved);
}

#[test]
fn two_cryptograms_under_one_counter_are_two_phones() {
    let mut scene = Scene::new();
    assert_eq!(scene.pay(1, 100), Reason::Approved);
    assert_eq!(scene.pay(1, 200), Reason::Replay);
    scene.assert_flagged();
    assert_eq!(scene.pay(2, 100), Reason::TokenSuspended);
    let suspended = Command::Suspend(SuspendReason::CloneOrRollback);
    let got = scene.phone.fetch(&scene.issuer, NOW);
    assert!(
        got.iter()
            .any(|got| matches!(got, Got::Command(_, command) if *command == suspended))
    );
}

#[test]
fn two_cryptograms_are_two_phones_also_when_the_first_was_declined() {
    let scene = Scene::new();
    assert_eq!(scene.pay(1, 900_000), Reason::NoCvm);
    assert_eq!(scene.pay(1, 100), Reason::Replay);
    scene.assert_flagged();
}

#[test]
fn the_same_cryptogram_again_under_other_numbers_is_the_terminals_doing() {
    let scene = Scene::new();
    let sale = scene.card.sale(1, cny(100));
    assert_eq!(scene.send(&sale), Reason::Approved);
    let mut more = sale.again();
    more.de55.extend([0x84, 0x01, 0xA0]);
    let mut less = sale.again();
    less.amount = cny(1);
    for other in [sale.again(), more, less] {
        assert_eq!(scene.send(&other), Reason::Replay);
    }
    scene.assert_sound();
}

#[test]
fn a_wrong_cryptogram_under_a_used_counter_flags_nobody() {
    let scene = Scene::new();
    assert_eq!(scene.pay(1, 100), Reason::Approved);
    let mut forged = scene.card.sale(1, cny(100)).again();
    forged.de55[3] ^= 1;
    assert_eq!(scene.send(&forged), Reason::CryptogramWrong);
    scene.assert_sound();
}

#[test]
fn a_copy_that_reports_its_own_payment_of_an_authorised_counter_shows() {
    let mut scene = Scene::new();
    assert_eq!(scene.pay(1, 234), Reason::Approved);
    // The copy was offline at its own tap, or its terminal never asked.
    let twice = CloneOrRollback::Twice {
        token: scene.token,
        atc: atc(1),
    };
    assert_eq!(scene.report(1, &[1], 60), Some(twice));
    scene.assert_flagged();
}

#[test]
fn a_mark_over_what_was_declined_is_not_held_against_the_phone() {
    let mut scene = Scene::new();
    // The message said another amount than the card was told.
    let mut sale = scene.card.sale(1, cny(100));
    sale.amount = cny(999);
    assert_eq!(scene.send(&sale), Reason::AmountMismatch);
    assert_eq!(scene.report(1, &[1], 60), None);
    scene.assert_sound();
}

#[test]
fn taps_reports_and_lost_letters_in_the_order_of_a_month_are_sound() {
    let mut scene = Scene::new();
    assert_eq!(scene.pay(1, 100), Reason::Approved);
    let first = scene.draft(1, &[1]);
    // Taps while the report is on its way, and the report comes three times.
    assert_eq!(scene.pay(2, 100), Reason::Approved);
    for _ in 0..3 {
        assert_eq!(scene.deliver(&first, 10), None);
    }
    assert_eq!(scene.pay(3, 100), Reason::Approved);
    // Its notice is lost at first: the phone sends the same report.
    assert_eq!(scene.deliver(&first, 20), None);
    scene.phone.fetch(&scene.issuer, after(20));
    assert_eq!(scene.report(5, &[2, 3, 4, 5], 30), None);
    // Counter 4 was torn, and its request comes late.
    assert_eq!(scene.pay(4, 100), Reason::Approved);
    assert_eq!(scene.report(5, &[], 40), None);
    let old = scene.issuer.receive_report(&first, after(50));
    assert!(old.is_err(), "an old report is refused and flags nobody");
    scene.assert_sound();
}

#[test]
fn a_host_whose_clock_is_set_back_flags_nobody() {
    let mut scene = Scene::new();
    assert_eq!(scene.report(0, &[], 7_200), None);
    let under_way = scene.draft(0, &[]);
    // By the clock this is two hours before the last acceptance.
    assert_eq!(scene.pay(1, 100), Reason::Approved);
    assert_eq!(scene.deliver(&under_way, 1), None);
    scene.phone.fetch(&scene.issuer, after(1));
    assert_eq!(scene.report(1, &[1], 2), None);
    scene.assert_sound();
}

#[test]
fn a_phone_put_back_in_the_second_of_an_acceptance_is_found() {
    let mut scene = Scene::new();
    assert_eq!(scene.pay(1, 100), Reason::Approved);
    assert_eq!(scene.report(0, &[], 0), None);
    let forgotten = CloneOrRollback::Forgotten {
        token: scene.token,
        atc: atc(1),
    };
    assert_eq!(scene.report(0, &[], 0), Some(forgotten));
}

#[test]
fn a_phone_put_back_between_two_reports_is_found_by_the_next() {
    let mut scene = Scene::new();
    assert_eq!(scene.report(0, &[], 1), None);
    let (reports, generation) = (scene.phone.reports, scene.phone.generation);
    assert_eq!(scene.pay(1, 100), Reason::Approved);
    assert_eq!(scene.report(1, &[1], 2), None);
    (scene.phone.reports, scene.phone.generation) = (reports, generation);
    let put_back = scene.draft(0, &[]);
    assert_eq!(scene.deliver(&put_back, 3), Some(CloneOrRollback::Conflict));
    scene.assert_flagged();
}

#[test]
fn a_phone_that_was_put_back_and_resumed_by_a_person_goes_on() {
    let mut scene = Scene::new();
    assert_eq!(scene.pay(1, 100), Reason::Approved);
    assert_eq!(scene.report(0, &[], 1), None);
    assert!(matches!(
        scene.report(0, &[], 2),
        Some(CloneOrRollback::Forgotten { .. })
    ));
    scene.assert_flagged();
    scene.resume();
    assert_eq!(scene.report(2, &[2], 3), None);
    scene.assert_sound();
    // What is lacking from here on is found.
    assert_eq!(scene.pay(3, 100), Reason::Approved);
    let unreported = CloneOrRollback::Unreported {
        token: scene.token,
        atc: atc(3),
    };
    assert_eq!(scene.report(4, &[4], 4), Some(unreported));
}

#[test]
fn reports_out_of_order_are_refused_and_flag_nobody() {
    let mut scene = Scene::new();
    let first = scene.draft(0, &[]);
    scene.deliver(&first, 1);
    scene.phone.fetch(&scene.issuer, after(1));
    let second = scene.draft(0, &[]);
    scene.deliver(&second, 2);
    let again = scene.issuer.receive_report(&second, after(3)).unwrap();
    assert_eq!(again.outcome, ReportOutcome::Again);
    assert!(scene.issuer.receive_report(&first, after(4)).is_err());
    scene.assert_sound();
}
