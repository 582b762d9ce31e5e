//! Sealing and taking need no allocator.

use allocation_counter::measure;
use understudy_core::card::UnixTime;
use understudy_provisioning::inbox::{Arrival, Device, Received};
use understudy_provisioning::letter::{Body, Command, Letter, seal};

use crate::device::Given;
use crate::host::{CARD, CHALLENGE, Host};
use crate::phone::{ID, Phone};

#[test]
fn nothing_is_allocated_by_sealing_a_letter_or_by_any_step_of_taking_it() {
    let (mut phone, request) = Phone::enrol(CHALLENGE);
    let mut host = Host::enrol(&request);
    let package = host.package(&[1, 2, 3]);
    let issuer = host.sign.public();
    phone.take(&package, &issuer).unwrap();

    let letter = Letter {
        card: Some(CARD),
        sequence: 2,
        issued_at: UnixTime(1_795_311_000),
        body: Body::Command(Command::Delete),
    };
    let device = Device {
        id: ID,
        cards: &phone.cards,
    };
    let mut given = Given(vec![7; 32]);
    let measured = measure(|| {
        let mut out = [0; 256];
        let message = seal(&mut out, &letter, &host.device, &host.sign, &mut given).unwrap();
        let authentic = Received::parse(message).unwrap().authenticate(&[issuer]);
        let addressed = authentic.unwrap().address(&device).unwrap();
        let Ok(Arrival::Fresh(fresh)) = addressed.sequence(&phone.inbox) else {
            panic!("it was not accepted before");
        };
        let mut room = [0; 64];
        let opened = fresh.open(&phone.keys, &mut room).unwrap();
        assert!(opened.validate().is_ok());
    });
    assert_eq!(measured.count_total, 0);
}
