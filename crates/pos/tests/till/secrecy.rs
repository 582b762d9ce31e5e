//! What must not be in a state, a receipt or a log.

use understudy_pos::till::{StateError, Till, TillError, TillRules, TillState};
use understudy_pos::{Config, Cvm, TransactionType};

use crate::support::{
    Disk, Line, PIN_BLOCK, Pad, Script, TOKEN, TRACK2, cny, entry, minute, open, request, sale,
};

/// A till in the middle of everything: entries, follow-ups, and a sale with a PIN in flight.
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
        disk.json(),
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
fn a_state_is_read_as_it_was_written() {
    let (disk, _, _) = busy();
    let state = disk.state().unwrap();
    assert!(
        disk.json()
            .contains("\"format\": \"understudy.terminal/1\"")
    );
    assert_eq!(state.to_json().unwrap(), disk.json());
    assert_eq!(&state, open(&disk).state());
}

#[test]
fn a_truncated_state_is_refused() {
    let (disk, _, _) = busy();
    let json = disk.json();
    for length in 0..json.len() {
        assert!(TillState::from_json(&json[..length]).is_err(), "{length}");
    }
}

#[test]
fn a_state_of_another_shape_is_refused_with_a_reason() {
    let (disk, _, _) = busy();
    let json = disk.json();
    for (from, to, told) in [
        ("understudy.terminal/1", "understudy.terminal/2", "format"),
        ("\"next_trace\": 4", "\"next_trace\": 0", "trace number"),
        ("623012******9014", TOKEN, "masked card number"),
        ("\"number\": 1,", "\"number\": 2,", "000001/000001"),
        ("\"number\": 1,", "\"number\": 0,", "batch 0"),
        ("\"number\": 1,", "\"number\": 1000000,", "batch 1000000"),
        (
            "\"closed\": []",
            "\"closed\": [{\"number\": 1, \"entries\": []}]",
            "batch 1",
        ),
        ("000001/000002", "000001/000001", "000001/000001"),
        ("261122163000", "261122163060", "date and time"),
        ("\"kind\": \"sale\"", "\"kind\": \"gift\"", "gift"),
        ("\"next_trace\"", "\"extra\": 1, \"next_trace\"", "extra"),
        (
            "\"minor\": 1000,",
            "\"minor\": 1000000000000,",
            "twelve digits",
        ),
    ] {
        let altered = json.replace(from, to);
        assert_ne!(altered, json, "{from}");
        let error = TillState::from_json(&altered).unwrap_err();
        assert!(error.to_string().contains(told), "{error}");
        assert!(!error.to_string().contains(TOKEN), "{error}");
    }
    assert!(matches!(
        TillState::from_json("{\"format\":\"understudy.wallet/1\"}"),
        Err(StateError::Format(_))
    ));
}

#[test]
fn the_state_of_another_terminal_is_refused() {
    let (disk, _, _) = busy();
    for toml in [
        "[terminal]\nid = \"00000002\"",
        "[merchant]\nid = \"000000000000002\"",
    ] {
        let config = Config::from_toml(toml).unwrap();
        let opened = Till::open(&config, TillRules::default(), disk.state(), disk.clone());
        assert!(matches!(opened, Err(TillError::OtherTerminal(_))), "{toml}");
    }
}
