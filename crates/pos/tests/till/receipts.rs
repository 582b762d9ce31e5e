//! Whole receipts.

use understudy_pos::host::{Balance, HostError, Response, ResponseCode};
use understudy_pos::receipt::Receipt;
use understudy_pos::till::Conclusion;
use understudy_pos::{Aid, Cvm, OnlineRequest, TransactionType};

use crate::support::{
    Disk, Line, Pad, Script, answers, cny, entry, minute, octets, open, request, sale, tap,
};

/// The beginning of every receipt of a till's first request.
const HEADING: &str = "               Understudy
MERCHANT                 000000000000001
TERMINAL                        00000001
DATE/TIME            2026-11-22 16:30:00
BATCH                             000001
TRACE                             000001
REFERENCE                   632616000001
----------------------------------------
";

/// The lines about card and chip on every receipt of a tap.
const CHIP: &str = "\
CARD                    623012******9014
CARD SEQUENCE                         01
APPLICATION                        DEBIT
AID                     A000000333010101
ENTRY                        CONTACTLESS
CRYPTOGRAM              1122334455667788
ATC                                 0001
TVR                           0000000000
----------------------------------------
";

fn concluded(request: &OnlineRequest, line: Option<Line>) -> Conclusion {
    let mut host = Script::of(line);
    open(&Disk::default())
        .complete_online(request, &mut host, &mut Pad::entering())
        .unwrap()
}

fn check(receipt: &Receipt, middle: &str) {
    let text = receipt.merchant().to_string();
    assert_eq!(
        text,
        format!("{HEADING}{middle}             MERCHANT COPY\n")
    );
    assert!(text.lines().all(|line| line.len() <= 40));
    let cardholder = receipt.cardholder().to_string();
    assert_eq!(
        cardholder,
        format!("{HEADING}{middle}            CARDHOLDER COPY\n")
    );
}

#[test]
fn an_approved_sale_prints_how_the_cardholder_was_verified() {
    for (cvm, line) in [
        (Cvm::None, "        NO VERIFICATION REQUIRED\n"),
        (Cvm::Device, "           VERIFIED ON DEVICE\n"),
        (Cvm::OnlinePin, "         PIN VERIFIED BY ISSUER\n"),
    ] {
        let sale = request(TransactionType::Purchase, cny(1234), cvm);
        let expected = format!(
            "                  SALE\n\
             AMOUNT                         12.34 CNY\n\
             {CHIP}                APPROVED\n\
             APPROVAL CODE                     A12345\n{line}"
        );
        check(&concluded(&sale, None).receipt, &expected);
    }
}

#[test]
fn the_merchant_copy_of_a_signed_sale_has_a_line_to_sign_on() {
    let sale = request(TransactionType::Purchase, cny(1234), Cvm::Signature);
    let receipt = concluded(&sale, None).receipt;
    let body = format!(
        "{HEADING}                  SALE\n\
         AMOUNT                         12.34 CNY\n\
         {CHIP}                APPROVED\n\
         APPROVAL CODE                     A12345\n"
    );
    assert_eq!(
        receipt.merchant().to_string(),
        format!("{body}\nSIGNATURE ______________________________\n             MERCHANT COPY\n")
    );
    assert_eq!(
        receipt.cardholder().to_string(),
        format!("{body}        SIGNED ON MERCHANT COPY\n            CARDHOLDER COPY\n")
    );
}

#[test]
fn a_declined_slip_says_what_the_response_code_means() {
    let sale = request(TransactionType::Purchase, cny(1234), Cvm::OnlinePin);
    check(
        &concluded(&sale, Some(answers("51"))).receipt,
        &format!(
            "                  SALE\n\
             AMOUNT                         12.34 CNY\n\
             {CHIP}              DECLINED 51\n          Funds not sufficient\n"
        ),
    );
}

#[test]
fn an_unanswered_slip_says_that_a_reversal_follows() {
    let fails = Line::Fails(HostError::TimedOut);
    check(
        &concluded(&sale(1234), Some(fails)).receipt,
        &format!(
            "                  SALE\n\
             AMOUNT                         12.34 CNY\n\
             {CHIP}        NO ANSWER: NOT COMPLETED\n        A REVERSAL WILL BE SENT\n"
        ),
    );
}

#[test]
fn a_balance_slip_shows_the_balance() {
    let inquiry = request(TransactionType::Balance, cny(0), Cvm::OnlinePin);
    for (owed, line) in [
        (false, "BALANCE                       987.65 CNY\n"),
        (true, "OWED                          987.65 CNY\n"),
    ] {
        let amount = cny(98_765);
        let reply = Response {
            balance: Some(Balance { amount, owed }),
            ..Response::new(ResponseCode::APPROVED)
        };
        check(
            &concluded(&inquiry, Some(Line::Answer(reply))).receipt,
            &format!("            BALANCE INQUIRY\n{CHIP}{line}"),
        );
    }
}

#[test]
fn the_receipt_of_a_follow_up_names_its_original_and_has_no_chip() {
    let mut host = Script::default();
    let mut till = open(&Disk::default());
    let id = entry(&mut till, &sale(1234), &mut host);
    let receipt = till
        .refund(id, cny(234), minute(90), &mut host)
        .unwrap()
        .receipt;
    assert_eq!(
        receipt.cardholder().to_string(),
        "               Understudy
MERCHANT                 000000000000001
TERMINAL                        00000001
DATE/TIME            2026-11-22 18:00:00
BATCH                             000001
TRACE                             000002
REFERENCE                   632618000002
----------------------------------------
                 REFUND
AMOUNT                          2.34 CNY
ORIGINAL                   000001/000001
ORIGINAL REFERENCE          632616000001
CARD                    623012******9014
CARD SEQUENCE                         01
APPLICATION                        DEBIT
AID                     A000000333010101
----------------------------------------
                APPROVED
APPROVAL CODE                     A12345
            CARDHOLDER COPY
"
    );
}

#[test]
fn a_reprint_is_marked_and_says_what_has_become_of_the_entry() {
    let mut host = Script::default();
    let mut till = open(&Disk::default());
    let id = entry(&mut till, &sale(1234), &mut host);
    let head = format!(
        "                  SALE\n\
         AMOUNT                         12.34 CNY\n{CHIP}"
    );
    check(
        &till.reprint(id).unwrap(),
        &format!(
            "{head}                APPROVED\n\
             APPROVAL CODE                     A12345\n        \
             NO VERIFICATION REQUIRED\n           *** DUPLICATE ***\n"
        ),
    );
    till.void(id, minute(1), &mut host).unwrap();
    check(
        &till.reprint(id).unwrap(),
        &format!(
            "{head}                 VOIDED\n\
             APPROVAL CODE                     A12345\n           *** DUPLICATE ***\n"
        ),
    );
}

#[test]
fn a_reprint_of_a_completed_pre_authorisation_keeps_its_code_and_the_signature() {
    let mut host = Script::default();
    let mut till = open(&Disk::default());
    let kind = TransactionType::PreAuthorisation;
    let signed = request(kind, cny(1234), Cvm::Signature);
    let id = entry(&mut till, &signed, &mut host);
    till.complete(id, cny(1234), minute(1), &mut host).unwrap();
    let text = till.reprint(id).unwrap().merchant().to_string();
    let end = "               COMPLETED\n\
               APPROVAL CODE                     A12345\n\n\
               SIGNATURE ______________________________\n           \
               *** DUPLICATE ***\n             MERCHANT COPY\n";
    assert!(text.ends_with(end), "{text}");
}

#[test]
fn a_request_that_the_host_does_not_take_back_has_a_slip_that_says_so() {
    let lost = Line::Fails(HostError::TimedOut);
    let mut host = Script::of([lost, answers("94")]);
    let mut till = open(&Disk::default());
    tap(&mut till, &sale(1234), &mut host);
    let end = till.send_reversal(&mut host).unwrap().unwrap();
    check(
        &till.reprint(end.entry).unwrap(),
        &format!(
            "                  SALE\n\
             AMOUNT                         12.34 CNY\n\
             {CHIP}          REVERSAL REFUSED 94\n        \
             Transaction seen before\n            ASK THE ACQUIRER\n"
        ),
    );
}

#[test]
fn a_reversal_prints_what_it_took_back() {
    let mut host = Script::default();
    let mut till = open(&Disk::default());
    let id = entry(&mut till, &sale(1234), &mut host);
    check(
        &till.reverse(id, &mut host).unwrap().receipt,
        &format!(
            "            REVERSAL OF SALE\n\
             AMOUNT                         12.34 CNY\n\
             {CHIP}                REVERSED\n\
             APPROVAL CODE                     A12345\n"
        ),
    );
}

#[test]
fn whatever_a_card_calls_itself_stays_within_the_lines() {
    let mut hostile = sale(999_999_999_999);
    hostile.label = "\u{1b}[2J支付\n0123456789012345678901234567890".to_owned();
    hostile.aid = Aid::new(&octets("A00000033301010102030405060708FF")).unwrap();
    hostile.psn = Some(0xFF);
    let mut host = Script::default();
    let receipt = tap(&mut open(&Disk::default()), &hostile, &mut host).receipt;
    let text = receipt.merchant().to_string();
    assert!(
        text.contains("APPLICATION             ?[2J???012345678"),
        "{text}"
    );
    assert!(
        text.contains("AID     A00000033301010102030405060708FF"),
        "{text}"
    );
    assert!(text.lines().all(|line| line.len() <= 40), "{text}");
    assert!(
        text.bytes()
            .all(|octet| octet == b'\n' || (b' '..=b'~').contains(&octet))
    );
}

#[test]
fn a_card_number_in_a_label_or_an_aid_is_masked_on_the_receipt_and_in_the_state() {
    for (label, shown) in [
        ("6230123456789014", "623012******9014"),
        ("6222020000000001230", "622202*********1"),
    ] {
        let mut hostile = sale(1234);
        hostile.label = label.to_owned();
        hostile.aid = Aid::new(&octets("A0000003336230123456789014")).unwrap();
        let disk = Disk::default();
        let mut till = open(&disk);
        let receipt = tap(&mut till, &hostile, &mut Script::default()).receipt;
        for text in [
            receipt.merchant().to_string(),
            receipt.cardholder().to_string(),
        ] {
            assert!(
                text.contains(&format!("APPLICATION             {shown}")),
                "{text}"
            );
            assert!(
                text.contains("AID           A000000333623012******9014"),
                "{text}"
            );
            assert!(!text.contains(label), "{text}");
            // The reference of the payment is not a card number.
            assert!(
                text.contains("REFERENCE                   632616000001"),
                "{text}"
            );
        }
        assert!(!disk.text().contains(&format!("\"{label}\"")));
    }
}
