//! A tap that is shown while it happens.

use understudy_core::wire::tags::Kernel;
use understudy_pos::{Event, LinkError, Presence, Transceive};

use super::print;
use super::statements::Detail;
use super::view::EventView;
use crate::output::Output;
use crate::trace::{Annotator, TestCards};

/// A link whose exchanges are printed as soon as they are complete.
pub(super) struct Shown<'a> {
    link: &'a mut dyn Transceive,
    annotator: Annotator,
    /// The number of exchanges printed.
    exchanges: usize,
    detail: Detail,
    out: &'a mut Output,
}

impl<'a> Shown<'a> {
    /// Prints the exchanges over `link`.
    pub(super) fn new(
        link: &'a mut dyn Transceive,
        test_cards: TestCards,
        detail: Detail,
        out: &'a mut Output,
    ) -> Self {
        Self {
            link,
            annotator: Annotator::new(Kernel::UnionPay, test_cards),
            exchanges: 0,
            detail,
            out,
        }
    }
}

impl Transceive for Shown<'_> {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        self.link.transceive(command)
    }

    fn reset(&mut self) {
        self.link.reset();
    }

    fn poll(&mut self) -> Result<Presence, LinkError> {
        self.link.poll()
    }

    fn recorded(&mut self, event: &Event) {
        if let Event::Exchange(exchange) = event {
            self.annotator.learn(&exchange.command);
            let answer = exchange.answer.as_deref().unwrap_or_default();
            self.annotator.learn(answer);
        }
        if let Some(view) = EventView::new(&mut self.annotator, event) {
            print::event(&mut self.exchanges, &view, self.detail, self.out);
        }
    }
}
