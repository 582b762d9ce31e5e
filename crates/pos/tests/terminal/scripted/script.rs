//! The words of a script.
//!
//! Steps are separated by `;`. `FIELD` lists the cards in the field at each poll; `LIST` makes a
//! directory of `AID:priority`; `PPSE`, `SELECT`, `DATA` and `GPO` change the answer to a command
//! (each `SELECT` or `GPO` of a script is the next answer to it):
//!
//! | answer | |
//! |---|---|
//! | hex | these octets |
//! | `good`, `slow` | as a good card, the latter after a while |
//! | `dead` | none |
//! | `nothing`, `octets N` | 0 or N octets, 9000 at the end |
//! | `of AID` | the FCI of this application |
//! | `behind …`, `before …` | a good card's with these octets behind or before it |
//! | `without TAG`, `twice TAG`, `with TAG VALUE` | as a good card but for one object |

use understudy_core::wire::tlv::Reader;
use understudy_pos::Presence;

use super::super::support::*;

/// The card of a script.
pub(super) fn card(script: &str) -> Card {
    let mut card = Card::good();
    let (mut selects, mut gpos) = (Vec::new(), Vec::new());
    for step in script.split(';') {
        let words: Vec<_> = step.split_whitespace().collect();
        match words.as_slice() {
            ["good"] => {}
            ["FIELD", found @ ..] => card.field = found.iter().map(|word| presence(word)).collect(),
            ["LIST", entries @ ..] => card.ppse = ok(&ppse(&list(entries))),
            ["PPSE", answer @ ..] => card.ppse = reply(answer, &card.ppse),
            ["DATA", answer @ ..] => card.get_data = reply(answer, &card.get_data),
            ["SELECT", answer @ ..] => selects.push(reply(answer, &card.select[0])),
            ["GPO", answer @ ..] => gpos.push(reply(answer, &card.gpo[0])),
            _ => panic!("{script}: {step}"),
        }
    }
    if !selects.is_empty() {
        card.select = selects;
    }
    if !gpos.is_empty() {
        card.gpo = gpos;
    }
    card
}

fn presence(word: &str) -> Presence {
    match word {
        "nobody" => Presence::Nobody,
        "one" => Presence::OneCard,
        "several" => Presence::SeveralCards,
        other => panic!("{other}"),
    }
}

fn list(entries: &[&str]) -> String {
    let split = |word: &&str| {
        let (aid, priority) = word.split_once(':').unwrap_or((word, "01"));
        entry(aid, priority)
    };
    entries.iter().map(split).collect()
}

fn reply(words: &[&str], good: &Reply) -> Reply {
    let Reply::Octets(good) = good else {
        panic!("the good card answers");
    };
    let body = &good[..good.len() - 2];
    match words {
        ["good"] => Reply::Octets(good.clone()),
        ["slow"] => Reply::Slow(good.clone()),
        ["dead"] => Reply::Dead,
        ["nothing"] => Reply::Octets(Vec::new()),
        ["octets", count] => Reply::Octets(ending_in_9000(count.parse().unwrap())),
        ["of", aid] => ok(&fci(aid, PDOL)),
        ["without", tag] => ok(&change(body, tag, "", 0)),
        ["twice", tag] => ok(&change(body, tag, "", 2)),
        ["behind", octets @ ..] => ok(&(hex::encode_upper(body) + &octets.concat())),
        ["before", octets @ ..] => ok(&(octets.concat() + &hex::encode_upper(body))),
        ["with", tag] => ok(&with(body, tag, "")),
        ["with", tag, value] => ok(&with(body, tag, value)),
        octets => hex(&octets.concat()),
    }
}

/// Octets that end in 9000; a single octet is 90.
fn ending_in_9000(count: usize) -> Vec<u8> {
    let mut octets = vec![0; count.saturating_sub(2)];
    octets.extend([0x90, 0x00]);
    octets.truncate(count);
    octets
}

/// The objects with the value of one changed, or with it appended if it is missing.
fn with(body: &[u8], tag: &str, value: &str) -> String {
    let changed = change(body, tag, &tlv(tag, value), 1);
    if changed == hex::encode_upper(body) && !changed.contains(&tlv(tag, value)) {
        append(body, &tlv(tag, value))
    } else {
        changed
    }
}

/// The objects with each one of this tag, at whatever depth, replaced (by itself if `new` is
/// empty) and repeated `count` times.
fn change(body: &[u8], tag: &str, new: &str, count: usize) -> String {
    objects(body)
        .into_iter()
        .map(|(found, value)| {
            let old = if constructed(&found) {
                tlv(&found, &change(&value, tag, new, count))
            } else {
                tlv(&found, &hex::encode_upper(&value))
            };
            let replaced = if new.is_empty() { &old } else { new };
            if found == tag {
                replaced.repeat(count)
            } else {
                old
            }
        })
        .collect()
}

/// Appends an object to the innermost template.
fn append(body: &[u8], object: &str) -> String {
    let mut objects = objects(body);
    match objects.pop() {
        Some((tag, value)) if constructed(&tag) => {
            let before: String = objects
                .iter()
                .map(|(tag, value)| tlv(tag, &hex::encode_upper(value)))
                .collect();
            before + &tlv(&tag, &append(&value, object))
        }
        _ => hex::encode_upper(body) + object,
    }
}

fn objects(body: &[u8]) -> Vec<(String, Vec<u8>)> {
    let object = |object: Result<understudy_core::wire::tlv::Object<'_>, _>| {
        let object = object.unwrap();
        (object.tag.to_string(), object.value.to_vec())
    };
    Reader::new(body).map(object).collect()
}

fn constructed(tag: &str) -> bool {
    octets(tag)[0] & 0x20 != 0
}
