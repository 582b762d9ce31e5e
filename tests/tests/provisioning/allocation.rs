//! Sealing and taking messages without an allocator.

use allocation_counter::measure;
use understudy_core::card::UnixTime;
use understudy_provisioning::inbox::{self, Arrival, Device, Sequence};
use understudy_provisioning::keys::ReceiveKeys;
use understudy_provisioning::letter::{Body, Command, Letter, Recipient, seal};

use crate::device::{CARD, Given, device, receiving, signing, vectors};

#[test]
fn nothing_is_allocated_by_sealing_a_letter_or_by_taking_it() {
    let vectors = vectors();
    let sign = signing(&vectors["issuer"]["sign"]);
    let keys = ReceiveKeys::enrolled(receiving(&vectors["device"]["receive"]));
    let me = Device {
        id: device(),
        cards: &[CARD],
        issuer: &[sign.public()],
        accepted: &Sequence::EMPTY,
        keys: &keys,
    };
    let to = Recipient {
        device: me.id,
        epoch: 1,
        key: receiving(&vectors["device"]["receive"]).public(),
    };
    let letter = Letter {
        card: Some(CARD),
        sequence: 1,
        issued_at: UnixTime(1_795_311_000),
        body: Body::Command(Command::Delete),
    };
    let mut given = Given(vec![7; 32]);
    let measured = measure(|| {
        let mut out = [0; 256];
        let message = seal(&mut out, &letter, &to, &sign, &mut given).unwrap();
        let mut room = [0; 64];
        let arrival = inbox::take(message, &me, &mut room);
        assert!(matches!(arrival, Ok(Arrival::Fresh(_))));
    });
    assert_eq!(measured.count_total, 0);
}
