//! Notices to the device.

use understudy_core::card::UnixTime;
use understudy_core::crypto::Atc;
use understudy_provisioning::letter::{Body, Notice, Verdict};
use understudy_provisioning::message::Kind;

use super::kit::{Card, NOW, World, cny};
use super::lifecycle::{HOME, enrol};
use crate::{HOLD, ProcessingCode, TokenStatus};

fn home() -> (World, Card) {
    let world = World::new();
    enrol(&world, "active");
    let card = world.card_at_home(HOME);
    (world, card)
}

/// The notices that wait, oldest first.
fn waiting(world: &World) -> Vec<Notice> {
    let read = |view: &crate::store::View<'_>| -> Result<Vec<Vec<u8>>, crate::Fault> {
        let mut statement = view.prepare("SELECT device, card, content FROM letter ORDER BY id")?;
        let mut rows = statement.query([])?;
        let mut contents = Vec::new();
        while let Some(row) = rows.next()? {
            assert_eq!(row.get::<_, [u8; 16]>(0)?, HOME.device.0);
            assert_eq!(row.get::<_, u16>(1)?, HOME.card.0);
            contents.push(row.get(2)?);
        }
        Ok(contents)
    };
    let contents = world.issuer.view(read).unwrap();
    let notice = |content: &Vec<u8>| match Body::parse(Kind::Notice, &content[1..]) {
        Some(Body::Notice(notice)) => notice,
        other => panic!("{other:?}"),
    };
    contents.iter().map(notice).collect()
}

fn verdict(response_code: [u8; 2], minor: u64) -> Verdict {
    Verdict {
        atc: Atc::FIRST,
        response_code,
        amount: cny(minor),
        at: Some(NOW),
    }
}

#[test]
fn a_device_is_told_what_became_of_its_taps() {
    let (world, card) = home();
    assert!(world.authorise(&card.sale(1, cny(12))).approved());
    assert_eq!(waiting(&world), [Notice::Approved(verdict(*b"00", 12))]);
    let (world, card) = home();
    assert!(!world.authorise(&card.sale(1, cny(900_000))).approved());
    assert_eq!(
        waiting(&world),
        [Notice::Declined(verdict(*b"65", 900_000))]
    );
}

#[test]
fn a_device_is_not_told_of_what_its_card_did_not_do() {
    let (world, card) = home();
    let sale = card.sale(1, cny(12));
    let mut forged = sale.again();
    forged.de55[4] ^= 1;
    world.authorise(&forged);
    assert!(waiting(&world).is_empty());
    world.authorise(&sale);
    world.authorise(&sale);
    world.authorise(&sale.again());
    assert_eq!(waiting(&world).len(), 1);
}

#[test]
fn a_device_is_told_when_money_goes_back() {
    let (world, card) = home();
    let sale = card.sale(1, cny(12));
    let approved = world.authorise(&sale);
    let refund = sale.followed(&approved, cny(5));
    assert!(world.issuer.refund(&refund, NOW).unwrap().approved());
    let more = sale.followed(&approved, cny(3));
    assert!(world.issuer.refund(&more, NOW).unwrap().approved());
    world.reverse(more.identity);
    world.reverse(refund.identity);
    let void = sale.followed(&approved, cny(12));
    assert!(world.issuer.void(&void, NOW).unwrap().approved());
    world.reverse(void.identity);
    world.reverse(sale.identity);
    let expected = [
        Notice::Approved(verdict(*b"00", 12)),
        Notice::Refunded(verdict(*b"00", 5)),
        Notice::Refunded(verdict(*b"00", 8)),
        Notice::Refunded(verdict(*b"00", 5)),
        Notice::Approved(verdict(*b"00", 12)),
        Notice::Reversed(verdict(*b"00", 12)),
        Notice::Approved(verdict(*b"00", 12)),
        Notice::Reversed(verdict(*b"00", 12)),
    ];
    assert_eq!(waiting(&world), expected);
}

#[test]
fn a_device_is_told_when_a_hold_counts_again_and_when_it_ends() {
    let (world, card) = home();
    let hold = card.request_of(ProcessingCode::PRE_AUTHORISATION, 1, cny(20));
    let approved = world.authorise(&hold);
    let completion = hold.followed(&approved, cny(15));
    assert!(world.issuer.complete(&completion, NOW).unwrap().approved());
    world.reverse(completion.identity);
    let end = UnixTime(NOW.0 + HOLD.as_secs());
    world.issuer.release_expired_holds(end).unwrap();
    let expected = [
        Notice::Approved(verdict(*b"00", 20)),
        Notice::Approved(verdict(*b"00", 20)),
        Notice::Reversed(Verdict {
            at: Some(end),
            ..verdict(*b"00", 20)
        }),
    ];
    assert_eq!(waiting(&world), expected);
}

#[test]
fn a_device_that_lost_the_card_is_told_nothing() {
    let (mut world, card) = home();
    let sale = card.sale(1, cny(12));
    world.authorise(&sale);
    world.card = card;
    world.set_status(TokenStatus::Deleted);
    world.reverse(sale.identity);
    assert_eq!(waiting(&world).len(), 1);
}
