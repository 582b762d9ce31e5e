//! Verification of one cryptogram from the issuer master key.

use std::hint::black_box;

use anyhow::{Context, Result};
use cipher::{Block, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use criterion::Criterion;
use des::Des;
use understudy_benches::{Subject, compare};
use understudy_core::card::Scheme;
use understudy_core::crypto::{Algorithm, Atc, Cryptogram, CryptogramInput, Cvn};
use understudy_core::wire::digits::CardNumber;
use understudy_issuer::{CardIdentity, CryptogramCheck, KeyCustody, demonstration};

use crate::scene::{IAD, data};

/// Both halves of a double-length key.
type Halves = [[u8; 8]; 2];

pub(crate) fn measure(criterion: &mut Criterion) -> Result<()> {
    let custody = demonstration::custody();
    let number = CardNumber::parse("6250947000000014")?;
    let data = data();
    let input = CryptogramInput::new(Cvn::UnionPay01, data, &IAD)?;
    let check = CryptogramCheck {
        card: CardIdentity {
            number: &number,
            psn: Some(0x01),
            scheme: Scheme::UnionPay,
            dki: 0x01,
        },
        algorithm: Algorithm::Tdes,
        input: &input,
        atc: Atc::new(1).context("1 is a counter")?,
        unpredictable_number: data.unpredictable_number,
        cryptogram: Cryptogram([0; 8]),
    };
    let verify = || custody.verify(black_box(&check));
    let calls = || des_calls(black_box([*b"01234567", *b"89ABCDEF"]));
    let mut group = criterion.benchmark_group("verify one ARQC");
    group.bench_function("from the issuer master key", |bencher| bencher.iter(verify));
    group.bench_function("its DES calls", |bencher| bencher.iter(calls));
    group.finish();
    compare(
        &mut Subject::new("verifying an ARQC", verify),
        &mut Subject::new("its DES calls", calls),
    );
    Ok(())
}

/// The least single DES calls of verifying a CVN 01 cryptogram: the card master key and the session
/// key, two triple DES blocks each, and a MAC of five blocks; together six key schedules and
/// nineteen blocks.
fn des_calls(issuer_master_key: Halves) -> Block<Des> {
    let card_master_key = derive(issuer_master_key);
    let session_key = derive(card_master_key);
    let [left, right] = session_key.map(|half| Des::new(&half.into()));
    let mut block = Block::<Des>::default();
    for _ in 0..5 {
        left.encrypt_block(&mut block);
    }
    right.decrypt_block(&mut block);
    left.encrypt_block(&mut block);
    block
}

fn derive(key: Halves) -> Halves {
    let [left, right] = key.map(|half| Des::new(&half.into()));
    [[0x00; 8], [0xFF; 8]].map(|diversifier| {
        let mut block = Block::<Des>::from(diversifier);
        left.encrypt_block(&mut block);
        right.decrypt_block(&mut block);
        left.encrypt_block(&mut block);
        block.into()
    })
}
