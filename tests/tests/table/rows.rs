//! The rows: scheme × cryptogram version × algorithms × reader × records.

use std::fmt;

use understudy_core::card::Scheme;
use understudy_core::crypto::{Algorithm, Algorithms, Cvn};

/// A card of one kind at a reader of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) scheme: Scheme,
    pub(crate) cvn: Cvn,
    pub(crate) algorithms: Algorithms,
    /// The reader has the SM algorithms: `DF69` 01.
    pub(crate) sm_reader: bool,
    /// The card has records.
    pub(crate) records: bool,
}

/// The rows, by scheme.
const COUNTS: [(Scheme, usize); 3] = [
    // Two versions, with and without records: triple DES and three AES ciphers, SM4 at two readers,
    // and both at two readers.
    (Scheme::UnionPay, 2 * 2 * (4 + 2 + 2)),
    // Two versions, with and without records: five ciphers.
    (Scheme::Visa, 2 * 2 * 5),
    // Two versions, with records: five ciphers.
    (Scheme::Mastercard, 2 * 5),
];

/// The rows without a common algorithm: SM4 alone at a reader without it.
pub(crate) const REFUSED: usize = 2 * 2;

/// Every row that the schemes permit.
pub(crate) fn rows() -> Vec<Row> {
    let rows: Vec<_> = Scheme::ALL.iter().flat_map(|scheme| of(*scheme)).collect();
    for (scheme, expected) in COUNTS {
        let found = rows.iter().filter(|row| row.scheme == scheme).count();
        assert_eq!(found, expected, "rows of {}", scheme.name());
    }
    let all: usize = COUNTS.iter().map(|(_, count)| count).sum();
    assert_eq!(rows.len(), all, "a scheme without a count");
    rows
}

/// The rows whose card makes a cryptogram for the reader, each with the algorithm of the tap.
pub(crate) fn taps() -> Vec<(Row, Algorithm)> {
    let rows = rows();
    let taps = rows.iter().copied();
    let taps: Vec<_> = taps
        .filter_map(|row| Some((row, row.algorithm()?)))
        .collect();
    assert_eq!(taps.len() + REFUSED, rows.len());
    taps
}

/// One row of each scheme: triple DES, the usual version, records only where they must be.
pub(crate) fn plain() -> Vec<Row> {
    let mut plain = Vec::new();
    for row in rows() {
        let known = plain.iter().any(|seen: &Row| seen.scheme == row.scheme);
        if !known && row.algorithms == Algorithms::TDES {
            plain.push(row);
        }
    }
    assert_eq!(plain.len(), Scheme::ALL.len());
    plain
}

fn of(scheme: Scheme) -> Vec<Row> {
    let mut rows = Vec::new();
    for cvn in scheme.versions() {
        for algorithms in permitted(scheme) {
            for sm_reader in readers(scheme, algorithms) {
                for records in records(scheme) {
                    rows.push(Row {
                        scheme,
                        cvn: *cvn,
                        algorithms,
                        sm_reader: *sm_reader,
                        records: *records,
                    });
                }
            }
        }
    }
    rows
}

/// The algorithms that a card of the scheme may have.
fn permitted(scheme: Scheme) -> Vec<Algorithms> {
    let pairs = Algorithm::ALL.iter().flat_map(|first| {
        let seconds = Algorithm::ALL.iter();
        seconds.filter_map(|second| Algorithms::two(*first, *second))
    });
    let ones = Algorithm::ALL.iter().copied().map(Algorithms::one);
    let all = ones.chain(pairs);
    all.filter(|algorithms| scheme.permits(*algorithms))
        .collect()
}

/// The readers between which a card tells a difference.
fn readers(scheme: Scheme, algorithms: Algorithms) -> &'static [bool] {
    if scheme.required_for(algorithms).is_empty() {
        &[true]
    } else {
        &[true, false]
    }
}

/// A Mastercard card cannot be without records.
fn records(scheme: Scheme) -> &'static [bool] {
    match scheme {
        Scheme::Mastercard => &[true],
        Scheme::UnionPay | Scheme::Visa => &[false, true],
    }
}

impl Row {
    /// The algorithm of the row's taps; `None` if card and reader have none in common.
    pub(crate) fn algorithm(self) -> Option<Algorithm> {
        let has = |algorithm| self.algorithms.contain(algorithm);
        let negotiated = self.scheme == Scheme::UnionPay && has(Algorithm::Sm4);
        match (negotiated, self.sm_reader) {
            (true, true) => Some(Algorithm::Sm4),
            (true, false) => has(Algorithm::Tdes).then_some(Algorithm::Tdes),
            (false, _) => self.algorithms.iter().next(),
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.algorithms.iter().map(Algorithm::name).collect();
        write!(f, "{} {}", self.cvn, names.join("+"))?;
        if !self.sm_reader {
            f.write_str(" at a reader without SM4")?;
        }
        f.write_str(if self.records { " with records" } else { "" })
    }
}
