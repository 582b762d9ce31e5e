//! The first 128 octets of a generation's file.

/// Octets of a header.
pub(super) const HEADER_LEN: usize = 128;
/// Octets of the key check value.
pub(super) const CHECK_LEN: usize = 16;
pub(super) const SALT_LEN: usize = 32;
pub(super) const VERSION: u8 = 1;

const MAGIC: &[u8; 8] = b"USTDWLLT";
const RESERVED_LEN: usize = 33;

/// The same random number in every file of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StoreId(pub(super) [u8; 16]);

/// Fields of a header. Both keys of the file depend on all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) store: StoreId,
    pub(super) check: [u8; CHECK_LEN],
    pub(super) generation: u64,
    /// The generation before, whose slots from `folded` on follow the snapshot; 0 if there is none.
    pub(super) predecessor: u64,
    /// Slots of the predecessor that the snapshot contains.
    pub(super) folded: u16,
    /// Octets of the state in the snapshot.
    pub(super) state_len: u32,
    pub(super) salt: [u8; SALT_LEN],
}

/// The reason for which octets are no header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoHeader {
    Damaged,
    Newer(u8),
}

impl Header {
    pub(super) fn octets(&self) -> [u8; HEADER_LEN] {
        let parts: [&[u8]; 9] = [
            MAGIC,
            &[VERSION],
            &self.store.0,
            &self.check,
            &self.generation.to_be_bytes(),
            &self.predecessor.to_be_bytes(),
            &self.folded.to_be_bytes(),
            &self.state_len.to_be_bytes(),
            &self.salt,
        ];
        let mut octets = [0; HEADER_LEN];
        for (octet, field) in octets.iter_mut().zip(parts.into_iter().flatten()) {
            *octet = *field;
        }
        octets
    }

    pub(super) fn parse(octets: &[u8]) -> Result<Self, NoHeader> {
        let rest = octets.strip_prefix(MAGIC).ok_or(NoHeader::Damaged)?;
        let ([version], rest) = rest.split_first_chunk().ok_or(NoHeader::Damaged)?;
        match *version {
            VERSION => fields(rest).ok_or(NoHeader::Damaged),
            0 => Err(NoHeader::Damaged),
            newer => Err(NoHeader::Newer(newer)),
        }
    }
}

fn fields(octets: &[u8]) -> Option<Header> {
    let (store, rest) = octets.split_first_chunk()?;
    let (check, rest) = rest.split_first_chunk()?;
    let (generation, rest) = rest.split_first_chunk()?;
    let (predecessor, rest) = rest.split_first_chunk()?;
    let (folded, rest) = rest.split_first_chunk()?;
    let (state_len, rest) = rest.split_first_chunk()?;
    let (salt, rest) = rest.split_first_chunk()?;
    let reserved = rest.first_chunk::<RESERVED_LEN>()?;
    (*reserved == [0; RESERVED_LEN]).then_some(Header {
        store: StoreId(*store),
        check: *check,
        generation: u64::from_be_bytes(*generation),
        predecessor: u64::from_be_bytes(*predecessor),
        folded: u16::from_be_bytes(*folded),
        state_len: u32::from_be_bytes(*state_len),
        salt: *salt,
    })
}
