//! Text and octets that may be secret, read without leaving a copy in freed memory.
//!
//! A `Vec` that grows frees its smaller block without wiping it. Here the octets move to a larger
//! block, and the smaller one is wiped.

use std::io::{Error, ErrorKind, Read};

use zeroize::Zeroizing;

/// The initial room in octets, enough for most values.
const ROOM: usize = 4096;
/// The octets that one call reads.
const PART: usize = 4096;

/// Octets that were read, or the first `most` of them.
pub(crate) enum Whole {
    /// All octets up to the end.
    Yes(Zeroizing<Vec<u8>>),
    /// More octets than allowed.
    TooLong,
}

/// Reads up to the end, at most `most` octets.
pub(crate) fn read_all(mut input: impl Read, most: usize) -> Result<Whole, Error> {
    let mut octets = Zeroizing::new(Vec::with_capacity(ROOM.min(most)));
    let mut part = Zeroizing::new([0; PART]);
    loop {
        let length = match input.read(part.as_mut_slice()) {
            Ok(0) => return Ok(Whole::Yes(octets)),
            Ok(length) => length,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if octets.len() + length > most {
            return Ok(Whole::TooLong);
        }
        append(&mut octets, part.get(..length).unwrap_or_default());
    }
}

/// Reads one line of at most `most` octets without its end, octet by octet, so that the following
/// lines stay for the next reader; `None` at the end of the input.
pub(crate) fn read_line(mut input: impl Read, most: usize) -> Result<Option<Whole>, Error> {
    let mut line = Zeroizing::new(Vec::with_capacity(ROOM.min(most)));
    let mut octet = Zeroizing::new([0]);
    let mut empty = true;
    loop {
        match input.read(octet.as_mut_slice()) {
            Ok(0) if empty => return Ok(None),
            Ok(0) => return Ok(Some(Whole::Yes(line))),
            Ok(_) if *octet == [b'\n'] => return Ok(Some(Whole::Yes(line))),
            Ok(_) if line.len() == most => return Ok(Some(Whole::TooLong)),
            Ok(_) => append(&mut line, octet.as_slice()),
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        }
        empty = false;
    }
}

/// Appends octets; a block that is too small is wiped before it is freed.
fn append(octets: &mut Zeroizing<Vec<u8>>, more: &[u8]) {
    let needed = octets.len() + more.len();
    if needed > octets.capacity() {
        let mut larger = Zeroizing::new(Vec::with_capacity(needed.max(2 * octets.capacity())));
        larger.extend_from_slice(octets);
        // The assignment drops the smaller block, which wipes it.
        *octets = larger;
    }
    octets.extend_from_slice(more);
}

/// The standard input without a buffer, which would keep a copy of its data.
pub(crate) fn stdin() -> impl Read {
    Unbuffered
}

struct Unbuffered;

#[cfg(unix)]
impl Read for Unbuffered {
    fn read(&mut self, room: &mut [u8]) -> Result<usize, Error> {
        rustix::io::read(rustix::stdio::stdin(), room).map_err(Error::from)
    }
}

#[cfg(not(unix))]
impl Read for Unbuffered {
    fn read(&mut self, room: &mut [u8]) -> Result<usize, Error> {
        std::io::stdin().read(room)
    }
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;

    use understudy_memory_tests::{copies_left_by, look_for};

    use super::*;
    use crate::{hex, input};

    /// A reader that returns a few octets at a time.
    struct Drops<'a>(&'a [u8]);

    impl Read for Drops<'_> {
        fn read(&mut self, room: &mut [u8]) -> Result<usize, Error> {
            let length = self.0.len().min(room.len()).min(700);
            let (now, later) = self.0.split_at(length);
            room[..length].copy_from_slice(now);
            self.0 = later;
            Ok(length)
        }
    }

    fn octets(whole: Whole) -> Vec<u8> {
        match whole {
            Whole::Yes(octets) => octets.to_vec(),
            Whole::TooLong => panic!("too long"),
        }
    }

    #[test]
    fn a_line_ends_where_it_ends_and_the_next_one_is_still_there() {
        let mut input: &[u8] = b"one\n\nthree\r\nfour";
        let mut next = || read_line(&mut input, 6).unwrap().map(octets);
        assert_eq!(next(), Some(b"one".to_vec()));
        assert_eq!(next(), Some(Vec::new()));
        assert_eq!(next(), Some(b"three\r".to_vec()));
        assert_eq!(next(), Some(b"four".to_vec()));
        assert_eq!(next(), None);
        let long = read_line(b"1234567\n".as_slice(), 6).unwrap();
        assert!(matches!(long, Some(Whole::TooLong)));
    }

    #[test]
    fn all_is_read_up_to_the_most_and_no_more() {
        let content: Vec<u8> = (0..20_000_u32).map(|i| i.to_be_bytes()[3]).collect();
        assert_eq!(
            octets(read_all(Drops(&content), 20_000).unwrap()),
            content.clone()
        );
        let long = read_all(Drops(&content), 19_999).unwrap();
        assert!(matches!(long, Whole::TooLong));
    }

    #[test]
    fn no_block_is_given_back_with_a_secret_that_was_read_in_it() {
        let key = b"\x5E\xC2\xE7\x11\x98\x07\x6F\xAA\x1D\x39\x2B\xC4\x55\xD0\x8E\x73";
        let text = hex::upper(key);
        look_for(vec![key.to_vec(), text.clone().into_bytes()]);
        let long = [text.as_bytes(), &b" ".repeat(40_000), b"\n"].concat();

        let (read, copies) = copies_left_by(|| read_all(Drops(&long), 1 << 20).unwrap());
        assert_eq!(copies, 0, "a buffer that grew left a copy");
        let ((), copies) = copies_left_by(|| drop(read));
        assert_eq!(copies, 0, "a buffer was dropped with its content");
        let (line, copies) = copies_left_by(|| read_line(Drops(&long), 1 << 20).unwrap());
        assert_eq!(copies, 0, "a line that grew left a copy");
        drop(line);
        let given = text.parse::<input::Given>().unwrap();
        let ((), copies) = copies_left_by(|| {
            let value = input::array::<16>("--key", &given).unwrap();
            assert_eq!(*value, *key);
            drop(given);
        });
        assert_eq!(copies, 0, "a value left a copy");

        let mut grown = Vec::with_capacity(40);
        grown.extend_from_slice(text.as_bytes());
        let (grown, copies) = copies_left_by(|| {
            let mut grown = grown;
            black_box(&mut grown).extend_from_slice(&vec![0; 100_000]);
            grown
        });
        drop(grown);
        assert!(copies > 0, "the scanner sees what a plain buffer leaves");
    }
}
