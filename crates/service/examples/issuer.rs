//! A demonstration issuer in memory, for tests of devices: it answers on a free port of the
//! loopback interface, prints the lines of `understudy serve --json`, and stores nothing.

use std::io::Write as _;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::net::TcpListener;
use understudy_core::card::UnixTime;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_issuer::{
    Code, IssueOptions, Issuer, NoAttestation, Restrictions, Verification, VerificationError,
    VerificationTarget, demonstration,
};
use understudy_service::{Bounds, Service, Terms, serve};

/// The funds of a bank card's account, in minor units.
const FUNDS: u64 = 100_000_000;

/// The cardholder's telephone, which is the standard output here.
struct Telephone;

impl Verification for Telephone {
    fn send(&self, to: &VerificationTarget, code: &Code) -> Result<(), VerificationError> {
        tell(&format!(
            r#"{{"code":{{"token":{},"card":"{}","code":"{}"}}}}"#,
            to.token.get(),
            to.pan,
            code.digits()
        ));
        Ok(())
    }
}

#[tokio::main(flavor = "multi_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let service = Service {
        issuer: Arc::new(Issuer::in_memory(
            demonstration::custody(),
            demonstration::config(),
        )?),
        terms: Arc::new(Terms {
            options: IssueOptions::default(),
            funds: Amount::new(FUNDS, Currency::CNY).ok_or("the funds are no amount")?,
            restrictions: Restrictions::default(),
        }),
        verification: Arc::new(Telephone),
        attestation: Arc::new(NoAttestation),
        clock: now,
    };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    tell(&format!(
        r#"{{"listening":{{"address":"{}"}}}}"#,
        listener.local_addr()?
    ));
    serve(listener, service, Bounds::default()).await?;
    Ok(())
}

fn now() -> UnixTime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    UnixTime(since.map_or(0, |since| since.as_secs()))
}

/// Prints a line at once. Errors are ignored: the reader may have gone.
fn tell(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
