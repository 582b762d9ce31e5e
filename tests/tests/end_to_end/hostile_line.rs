//! An enemy on the line between till and issuer: every message and every answer of a day altered in
//! every octet, cut off everywhere, under another key, repeated and out of order.

use understudy_acquiring::iso8583::{MESSAGE_MAX, Variant, parse};
use understudy_acquiring::line::{LineError, MacKey, TerminalKeys, open, seal};
use understudy_acquiring::{MerchantId, TerminalId};
use understudy_issuer::demonstration::TEST_PIN;
use understudy_issuer::{
    AuthorisationFilter, AuthorisationSummary, Issuer, Statement, TokenId, Unanswered,
};
use understudy_pos::TransactionType;
use understudy_pos::host::{Host, HostError, Request, Response, send_message};
use understudy_pos::till::{Conclusion, OnMismatch, Verdict};

use crate::line::Pad;
use crate::stage::{FUNDS, cny};
use crate::town::Town;

/// The line of a till, and whoever sits on it.
struct Enemy<'t> {
    town: &'t Town,
    token: TokenId,
    variant: Variant,
    /// The next answer does not get back.
    loses_answer: bool,
    messages: Vec<Vec<u8>>,
    answers: Vec<Vec<u8>>,
    /// The messages that the issuer had to refuse, and those that the till had to.
    refused: (usize, usize),
}

/// Everything that an account and its requests come to.
type Books = (Option<Statement>, Vec<AuthorisationSummary>);

impl Enemy<'_> {
    fn books(&self) -> Books {
        let issuer = &self.town.issuer;
        let requests = issuer.authorisations(&AuthorisationFilter::default());
        (
            issuer.statement(self.token).expect("read"),
            requests.expect("read"),
        )
    }

    /// Sends the issuer everything that is not the message; then the message; then the message again.
    fn bring(&mut self, message: &[u8]) -> Vec<u8> {
        let (issuer, now) = (&self.town.issuer, self.town.clock.now());
        let before = self.books();
        for altered in altered(message).chain([under_another_key(message, self.variant, issuer)]) {
            let answered = issuer.answer_message(&altered, self.variant, now);
            assert!(matches!(answered, Err(Unanswered::Line(_))), "{answered:?}");
            self.refused.0 += 1;
        }
        assert_eq!(self.books(), before, "nothing has moved");
        let answer = issuer.answer_message(message, self.variant, now);
        let answer = answer.expect("answered").octets;
        let after = self.books();
        let again = issuer.answer_message(message, self.variant, now);
        assert_eq!(again.expect("answered").octets, answer);
        assert_eq!(self.books(), after, "a repeat moves nothing");
        self.messages.push(message.to_vec());
        answer
    }

    /// Gives the till everything that is not the answer: altered, or to an earlier request.
    fn mislead(&mut self, request: &Request, answer: &[u8]) {
        let issuer = &self.town.issuer;
        let foreign = under_another_key(answer, self.variant, issuer);
        let wrong = altered(answer)
            .chain(self.answers.iter().cloned())
            .chain([foreign]);
        for octets in wrong {
            let sent = send_message(request, self.variant, issuer, |_| Ok(octets));
            assert_eq!(sent, Err(HostError::NotAnAnswer));
            self.refused.1 += 1;
        }
    }
}

impl Host for Enemy<'_> {
    fn send(&mut self, request: &Request) -> Result<Response, HostError> {
        let mut answer = Vec::new();
        let (variant, issuer) = (self.variant, &self.town.issuer);
        let sent = send_message(request, variant, issuer, |message| {
            answer = self.bring(message);
            Ok(answer.clone())
        });
        self.mislead(request, &answer);
        self.answers.push(answer);
        if std::mem::take(&mut self.loses_answer) {
            return Err(HostError::TimedOut);
        }
        sent
    }
}

/// Octets with each one altered in ten ways, cut off everywhere, with more behind them, and doubled.
fn altered(octets: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let each = (0..octets.len()).flat_map(move |at| {
        let bits = (0..8).map(move |bit| octets[at] ^ 1 << bit);
        let values = bits.chain([0x00, 0xFF]);
        let other = values.filter(move |&value| value != octets[at]);
        other.map(move |value| {
            let mut altered = octets.to_vec();
            altered[at] = value;
            altered
        })
    });
    let cut = (0..octets.len()).map(|length| octets[..length].to_vec());
    let longer = [[octets, &[0]].concat(), [octets, octets].concat()];
    each.chain(cut).chain(longer)
}

/// The same message with the code of another terminal's key.
fn under_another_key(octets: &[u8], variant: Variant, issuer: &Issuer) -> Vec<u8> {
    let message = open(octets, variant, issuer).expect("authentic");
    let merchant = MerchantId::parse("ANOTHER        ").expect("DE 42");
    let terminal = TerminalId::parse("00000002").expect("DE 41");
    let key = issuer.mac_key(&merchant, &terminal).expect("a key");
    let mut room = [0; MESSAGE_MAX];
    let sealed = seal(&message, variant, &key, &mut room);
    let sealed = sealed.expect("written").to_vec();
    let opened = open(&sealed, variant, issuer);
    assert_eq!(opened.err(), Some(LineError::Code));
    sealed
}

fn approved(conclusion: &Conclusion) {
    assert_eq!(conclusion.verdict, Verdict::Approved);
}

/// Sale, pre-authorisation, completion, refund, a second sale that is voided, an inquiry, a sale whose
/// answer is lost, its reversal, and the settlement.
fn a_day(variant: Variant) {
    let (town, mut phone, token, _) = Town::with_card(9);
    let (mut till, _) = town.till();
    let mut enemy = Enemy {
        town: &town,
        token,
        variant,
        loses_answer: false,
        messages: Vec::new(),
        answers: Vec::new(),
        refused: (0, 0),
    };
    let now = town.clock.local();
    let mut pad = Pad(Some(TEST_PIN));
    let mut tap = |enemy: &mut Enemy<'_>, till: &mut understudy_pos::till::Till<_>, kind, minor| {
        let request = town.request_of(&mut phone, kind, minor);
        till.complete_online(&request, enemy, &mut pad)
            .expect("an end")
    };
    let sale = tap(&mut enemy, &mut till, TransactionType::Purchase, 1000);
    approved(&sale);
    let held = tap(
        &mut enemy,
        &mut till,
        TransactionType::PreAuthorisation,
        5000,
    );
    approved(&held);
    let held = held.entry.expect("an entry");
    approved(
        &till
            .complete(held, cny(4000), now, &mut enemy)
            .expect("completed"),
    );
    let sale = sale.entry.expect("an entry");
    approved(
        &till
            .refund(sale, cny(300), now, &mut enemy)
            .expect("refunded"),
    );
    let second = tap(&mut enemy, &mut till, TransactionType::Purchase, 700);
    let second = second.entry.expect("an entry");
    approved(&till.void(second, now, &mut enemy).expect("voided"));
    tap(&mut enemy, &mut till, TransactionType::Balance, 0);
    enemy.loses_answer = true;
    let lost = tap(&mut enemy, &mut till, TransactionType::Purchase, 900);
    assert_eq!(lost.verdict, Verdict::NoAnswer(HostError::TimedOut));
    let settled = till
        .settle(now, OnMismatch::StayOpen, &mut enemy)
        .expect("settled");
    assert!(settled.agreed && settled.closed, "nothing is lost");
    assert_eq!(i128::from(FUNDS) - town.available(token), 1000 + 4000 - 300);
    out_of_order(&enemy);
}

/// The messages of the day again, in orders that they never had.
fn out_of_order(enemy: &Enemy<'_>) {
    let types: Vec<[u8; 4]> = enemy
        .messages
        .iter()
        .map(|octets| {
            let message = parse(octets, enemy.variant).expect("a message");
            message.message_type().digits()
        })
        .collect();
    let expected = [
        "0200", "0100", "0200", "0220", "0200", "0200", "0200", "0200", "0400", "0500",
    ];
    assert!(
        types
            .iter()
            .map(<[u8; 4]>::as_slice)
            .eq(expected.map(str::as_bytes))
    );
    assert!(
        enemy.refused.0 > 10_000 && enemy.refused.1 > 8_000,
        "{:?}",
        enemy.refused
    );
    let (issuer, now) = (&enemy.town.issuer, enemy.town.clock.now());
    let (after, count) = (enemy.books(), enemy.messages.len());
    for step in [count - 1, 3, 7] {
        for at in 0..count {
            let at = at * step % count;
            let answer = issuer.answer_message(&enemy.messages[at], enemy.variant, now);
            assert_eq!(answer.expect("answered").octets, enemy.answers[at]);
        }
        assert_eq!(enemy.books(), after);
    }
}

#[test]
fn nothing_moves_by_what_is_not_the_message_and_nothing_is_believed_that_is_not_the_answer() {
    for variant in Variant::ALL {
        a_day(variant);
    }
}

#[test]
fn a_message_under_a_key_that_the_terminal_has_not_is_not_answered() {
    let (town, mut phone, _, _) = Town::with_card(2);
    let (mut till, _) = town.till();
    let request = town.request(&mut phone, 500);
    let mut stranger = Stranger(&town);
    let done = till.complete_online(&request, &mut stranger, &mut Pad(None));
    let unreachable = Verdict::NoAnswer(HostError::Unreachable);
    assert_eq!(done.expect("an end").verdict, unreachable);
    assert!(till.owed().is_some(), "the till takes it back later");
    let none = town.issuer.authorisations(&AuthorisationFilter::default());
    assert_eq!(none.expect("read"), []);
}

/// A line on which messages have codes of a key that the issuer has for nobody.
struct Stranger<'t>(&'t Town);

impl TerminalKeys for Stranger<'_> {
    fn mac_key(&self, _: &MerchantId, _: &TerminalId) -> Option<MacKey> {
        Some(MacKey::new([0x5A; 16]))
    }
}

impl Host for Stranger<'_> {
    fn send(&mut self, request: &Request) -> Result<Response, HostError> {
        let (issuer, now) = (&self.0.issuer, self.0.clock.now());
        send_message(request, Variant::Bcd, self, |octets| {
            let answered = issuer.answer_message(octets, Variant::Bcd, now);
            let code = Err::<(), _>(Unanswered::Line(LineError::Code));
            assert_eq!(format!("{answered:?}"), format!("{code:?}"));
            Err(HostError::Unreachable)
        })
    }
}
