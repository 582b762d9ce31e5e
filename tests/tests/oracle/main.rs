//! Keys, cryptograms and answers against an oracle in Python: pyemv, and the package `cryptography` for
//! what it does not have (`tests/python/oracle.py`). Inputs are random; the boundary classes of card
//! numbers, counters and amounts come first in each list. `UNDERSTUDY_ORACLE_SEED` repeats a run.

#[cfg(test)]
mod cases;
#[cfg(test)]
mod compare;
#[cfg(test)]
#[path = "../provisioning/python.rs"]
mod python;
#[cfg(test)]
mod transcripts;

#[cfg(test)]
const PYTHON: python::Packages = python::Packages {
    check: "import pyemv; assert pyemv.__version__ == '1.5.0'",
    install: &["pyemv==1.5.0", "cryptography==50.0.2"],
    environment: "python-pyemv",
};
