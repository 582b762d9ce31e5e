use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt as _;

/// The mask that hides a pattern from the search for it.
const MASK: u8 = 0x5C;
/// The octets that are read at a time.
const CHUNK: usize = 1 << 16;

/// A pattern of octets, stored under a mask, so that the search does not find its own pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked {
    octets: Vec<u8>,
    /// The mask of significant bits in each octet.
    care: u8,
}

impl Masked {
    /// The pattern of a key in any parity.
    #[must_use]
    pub fn key(octets: &[u8]) -> Self {
        Self::new(octets, 0xFE)
    }

    /// The pattern of exactly these octets.
    #[must_use]
    pub fn exactly(octets: &[u8]) -> Self {
        Self::new(octets, 0xFF)
    }

    fn new(octets: &[u8], care: u8) -> Self {
        let octets = octets.iter().map(|octet| octet ^ MASK).collect();
        Self { octets, care }
    }

    /// The pattern as hex, still masked: the mask of significant bits, then the octets.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex::encode([&[self.care], self.octets.as_slice()].concat())
    }

    /// The pattern from its hex.
    #[must_use]
    pub fn of_hex(text: &str) -> Option<Self> {
        let octets = hex::decode(text).ok()?;
        let (care, octets) = octets.split_first()?;
        Some(Self {
            care: *care,
            octets: octets.to_vec(),
        })
    }

    fn starts(&self, memory: &[u8]) -> bool {
        let same = |(octet, masked): (&u8, &u8)| (octet ^ MASK ^ masked) & self.care == 0;
        memory.len() >= self.octets.len() && memory.iter().zip(&self.octets).all(same)
    }
}

/// Every place in this process, outside the read buffer, at which one of the patterns occurs: the
/// index of the pattern, and the name of the mapping (Linux, `/proc/self/mem`).
///
/// # Errors
/// The operating system's.
pub fn found_in_this_process(patterns: &[Masked]) -> io::Result<Vec<(usize, String)>> {
    let longest = patterns.iter().map(|one| one.octets.len()).max();
    let overlap = longest.unwrap_or_default();
    let memory = File::open("/proc/self/mem")?;
    let mut found = Vec::new();
    let mut buffer = vec![0; CHUNK + overlap];
    let own = buffer.as_ptr_range();
    let own = own.start.addr() as u64..own.end.addr() as u64;
    for mapping in fs::read_to_string("/proc/self/maps")?.lines() {
        let Some((mut at, end, name)) = readable(mapping) else {
            continue;
        };
        while at < end {
            let wanted = usize::try_from(end - at).unwrap_or(usize::MAX);
            let room = buffer.len().min(wanted);
            // Parts of a mapping may have disappeared in the meantime.
            let read = memory.read_at(&mut buffer[..room], at).unwrap_or_default();
            let starts = read.min(CHUNK);
            for (place, start) in (0..starts).zip(at..) {
                let here = &buffer[place..read];
                let inside_own = own.contains(&start);
                for (number, pattern) in patterns.iter().enumerate() {
                    if !inside_own && pattern.starts(here) {
                        found.push((number, name.clone()));
                    }
                }
            }
            at += CHUNK as u64;
        }
    }
    buffer.fill(0);
    Ok(found)
}

/// Start, end and name of a mapping that the process can read and write.
fn readable(line: &str) -> Option<(u64, u64, String)> {
    let mut fields = line.split_whitespace();
    let (range, rights) = (fields.next()?, fields.next()?);
    let (start, end) = range.split_once('-')?;
    let number = |text| u64::from_str_radix(text, 16).ok();
    let name = fields.nth(3).unwrap_or("anonymous").to_owned();
    rights
        .starts_with("rw")
        .then_some((number(start)?, number(end)?, name))
}
