//! The whole tap for every kind of card: each scheme with each of its cryptogram versions, with every
//! algorithm that it permits, with and without records, and at readers between which the card chooses.
//! Issuer, wallet and terminal are the real ones. Each suite counts its rows and cases.

#[cfg(test)]
mod altered;
#[cfg(test)]
mod approved;
#[cfg(test)]
mod chip;
#[cfg(test)]
mod confusion;
#[cfg(test)]
mod declines;
#[cfg(test)]
mod flips;
#[cfg(test)]
mod follow_ups;
#[cfg(test)]
mod iad;
#[cfg(test)]
mod issuing;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod life;
#[cfg(test)]
#[path = "../end_to_end/line.rs"]
mod line;
#[cfg(test)]
mod link;
#[cfg(test)]
#[path = "../provisioning/python.rs"]
mod python;
#[cfg(test)]
mod relay;
#[cfg(test)]
mod replays;
#[cfg(test)]
mod rows;
#[cfg(test)]
mod scene;
#[cfg(test)]
mod supplies;
#[cfg(test)]
mod transcripts;
#[cfg(test)]
mod values;
#[cfg(test)]
mod verified;

#[cfg(test)]
const PYTHON: python::Packages = python::Packages {
    check: "import pyemv; assert pyemv.__version__ == '1.5.0'",
    install: &["pyemv==1.5.0", "cryptography==50.0.2"],
    environment: "python-pyemv",
};
