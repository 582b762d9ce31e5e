use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use understudy_wallet::{Image, Journal};

/// Keeps a wallet's image in a block that never grows, so that it is never given back.
#[derive(Clone, Debug)]
pub struct Kept(pub Rc<RefCell<Vec<u8>>>);

impl Kept {
    /// A block for this many octets.
    #[must_use]
    pub fn with_room(octets: usize) -> Self {
        Self(Rc::new(RefCell::new(Vec::with_capacity(octets))))
    }
}

impl Journal for Kept {
    fn keep(&mut self, image: Image<'_>) -> io::Result<()> {
        let image = image.encode()?;
        let mut kept = self.0.borrow_mut();
        kept.clear();
        assert!(image.len() <= kept.capacity());
        kept.extend_from_slice(&image);
        Ok(())
    }
}
