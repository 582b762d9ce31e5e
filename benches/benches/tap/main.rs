//! Benchmark of a tap of each scheme, as a ratio to the cipher calls that its cryptogram needs at
//! least. What is above 1 is everything else on the card: 1.25 is the goal.

mod cards;
mod ciphers;

use anyhow::{Context, Result};
use std::hint::black_box;
use understudy_benches::{Subject, compare};
use understudy_card_image::{Chip, PACKAGE, TAP};
use understudy_core::crypto::{Atc, CryptogramInput, Cvn, SessionKey, TransactionData};
use understudy_core::wire::apdu::Command;

use self::cards::Card;
use self::ciphers::{KEY, des_calls};

fn main() -> Result<()> {
    for card in Card::of_every_scheme()? {
        let boot = || Chip::boot(card.package);
        let mut tap = Subject::with_setup(card.name, boot, |chip| {
            replay(chip.as_mut(), card.commands.iter().map(Vec::as_slice));
        });
        let blocks = card.blocks;
        let mut des = Subject::new("its DES calls", || {
            des_calls(black_box(KEY), black_box(blocks))
        });
        compare(&mut tap, &mut des);
    }
    let boot = || Chip::boot(&PACKAGE);
    let mut least = Subject::with_setup("tap of the least UnionPay card", boot, |chip| {
        replay(chip.as_mut(), TAP.into_iter());
    });
    let mut des = Subject::new("its DES calls", || des_calls(black_box(KEY), black_box(5)));
    compare(&mut least, &mut des);

    let iad = [0x07, 0x01, 0x01, 0x03, 0xA0, 0, 0, 0x01];
    let input = CryptogramInput::new(Cvn::UnionPay01, data(), &iad)?;
    let atc = Atc::new(1).context("1 is a counter")?;
    let mut cryptogram = Subject::new("cryptogram", || {
        let key = SessionKey::from_octets(*black_box(KEY).as_flattened().first_chunk()?);
        Some(key.application_cryptogram(&input, atc))
    });
    compare(&mut cryptogram, &mut des);

    let [.., gpo] = TAP;
    let mut parse = Subject::new("parsing a GPO", || Command::parse(black_box(gpo)).is_ok());
    let mut copy = Subject::new("copying it", || <[u8; 41]>::try_from(black_box(gpo)));
    compare(&mut parse, &mut copy);
    Ok(())
}

/// Sends the commands of a tap to a chip.
fn replay<'c>(chip: Option<&mut Chip>, commands: impl Iterator<Item = &'c [u8]>) {
    let Some(chip) = chip else { return };
    let mut answer = [0; 258];
    for command in commands {
        black_box(chip.process(black_box(command), &mut answer));
    }
}

fn data() -> TransactionData {
    TransactionData {
        amount_authorised: [0, 0, 0, 0, 0x12, 0x34],
        amount_other: [0; 6],
        terminal_country: [0x01, 0x56],
        tvr: [0; 5],
        currency: [0x01, 0x56],
        date: [0x26, 0x11, 0x22],
        transaction_type: 0,
        unpredictable_number: [0x12, 0x34, 0x56, 0x78],
        aip: [0; 2],
    }
}
