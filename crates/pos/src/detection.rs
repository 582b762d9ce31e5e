//! Card detection in the reader's field, before the first command (EMV Contactless Book B §3.2).

use crate::conversation::Conversation;
use crate::link::Presence;
use crate::outcome::Outcome;
use crate::reason::Reason;
use crate::ui::{Message, Status};

/// Polls until one card is alone in the field, at most `polls` times. If there are several, the
/// message to present one card is shown, the field is reset, and polling continues.
pub(crate) fn one_card(card: &mut Conversation<'_>, polls: u32) -> Result<(), Outcome> {
    let mut last = Presence::Nobody;
    for _ in 0..polls {
        let found = card.poll()?;
        match found {
            Presence::OneCard => {
                card.show(Message::Processing, Status::Processing);
                return Ok(());
            }
            Presence::SeveralCards => {
                if last != found {
                    card.show(Message::PresentOneCardOnly, Status::ProcessingError);
                }
                card.field_off();
            }
            Presence::Nobody => {
                if last != found {
                    card.show(Message::PresentCard, Status::ReadyToRead);
                }
            }
        }
        last = found;
    }
    Err(Outcome::EndApplication(match last {
        Presence::SeveralCards => Reason::SeveralCards,
        Presence::Nobody | Presence::OneCard => Reason::NoCard,
    }))
}
