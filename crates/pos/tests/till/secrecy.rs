//! Secrets that must not be in a state, a receipt or a log.

use understudy_pos::till::{Till, TillError, TillRules};
use understudy_pos::{Config, Cvm, TransactionType};

use crate::support::{
    Disk, Line, PIN_BLOCK, Pad, Script, TOKEN, TRACK2, cny, entry, minute, open, request, sale,
};

/// A till with entries, follow-ups, and a sale with a PIN in flight.
fn busy() -> (Disk, Script, Vec<String>) {
    let (disk, mut host) = (Disk::default(), Script::default());
    let mut till = open(&disk);
    let id = entry(&mut till, &sale(1000), &mut host);
    till.refund(id, cny(1), minute(1), &mut host).unwrap();
    let fails = Line::Fails(understudy_pos::host::HostError::TimedOut);
    host.lines.push_back(fails);
    let sale = request(TransactionType::Purchase, cny(200_000), Cvm::OnlinePin);
    let lost = till.complete_online(&sale, &mut host, &mut Pad::entering());
    let receipt = lost.unwrap().receipt;
    let mut texts = vec![
        disk.text(),
        format!("{till:?}", till = till.state()),
        receipt.merchant().to_string(),
        receipt.cardholder().to_string(),
    ];
    texts.push(till.reprint(id).unwrap().merchant().to_string());
    (disk, host, texts)
}

#[test]
fn no_full_number_no_track_and_no_pin_block_is_kept_or_printed() {
    let (_, host, mut texts) = busy();
    let messages = format!("{:?}", host.sent);
    texts.push(messages);
    let block = [hex::encode(PIN_BLOCK), format!("{PIN_BLOCK:?}")];
    for text in texts {
        let upper = text.to_uppercase();
        assert!(text.contains("623012******9014"), "{text}");
        assert!(!text.contains(TOKEN), "{text}");
        assert!(!text.contains(&TOKEN[6..12]), "{text}");
        assert!(!upper.contains(&TRACK2[16..]), "{text}");
        for block in &block {
            assert!(!upper.contains(&block.to_uppercase()), "{text}");
        }
    }
}

#[test]
fn the_state_of_another_terminal_is_refused() {
    let (disk, _, _) = busy();
    for toml in [
        "[terminal]\nid = \"00000002\"",
        "[merchant]\nid = \"000000000000002\"",
    ] {
        let config = Config::from_toml(toml).unwrap();
        let opened = Till::open(&config, TillRules::default(), disk.clone());
        assert!(matches!(opened, Err(TillError::OtherTerminal(_))), "{toml}");
    }
}
