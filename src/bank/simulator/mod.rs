//! A bank of our own that speaks NH's wire over real HTTP and keeps a durable ledger: for trials, tests, and as a
//! sandbox for partners.
//!
//! ```text
//!   POST /{ApiNm}.nh ──▶ counter ──▶ mode? ──▶ money | linking | reads ──▶ ledger (one commit) ──▶ answer ──▶ line
//!   /_sim/…          ──▶ control                     └─ magic: what is scripted for this amount, this account
//! ```
//!
//! What the bank does is durable before anything is answered. A trace number is performed once for its institution,
//! service and day; a repeat is told so (`AC081`, issues `AC082`) and changes nothing, but an issue that is repeated
//! unchanged is answered as the first time.
//!
//! **Amounts.** The last four digits of a withdrawal or deposit choose; any other amount succeeds. What the account
//! cannot bear is refused plainly, whatever the digits.
//!
//! | ends in | what the bank does | and the inquiry says |
//! |---|---|---|
//! | 9001, 9002, 9003 | refuses: insufficient balance, account unusable, over the bank's limit | the same code |
//! | 9011 | moved, answered after 3 s | done |
//! | 9021, 9022 | never answers: moved, not moved | done, insufficient balance |
//! | 9031, 9032 | cuts the connection after reading: moved, not moved | done, insufficient balance |
//! | 9041, 9042 | `AT999`: moved, not moved | done, insufficient balance |
//! | 9051, 9052 | HTTP 502 with HTML: moved, not moved | done, insufficient balance |
//! | 9061 | moved, HTTP 200 with half a JSON | done |
//! | 9071 | moved and answered; ten minutes later taken back | done, later `ZZ008` |
//! | 9081 | moved and answered | three times "processing", then done |
//! | 9091 | moves one won less and answers with that amount (`Tram`); the statement shows it too | done, for the amount asked |
//! | 9099 | no reply, not moved | no such transaction |
//!
//! **Accounts.** The last four digits of an account number choose; any other account links at once, and again with the
//! same numbers. Birth dates are not compared.
//!
//! | ends in | what happens |
//! |---|---|
//! | 9001 | no such account: nothing to link, no holder, no deposit |
//! | 9002 | already registered (`A0013`) |
//! | 9003 | links; its balance and its statement say that the consent expired (`AI002`) |
//! | 9011 | issued after two checks that say "still issuing" (`A0017`) |
//! | 9021, 9022 | the opening, the check, never answers |
//! | 9041 | the first opening answers `AT999` though the fin account is issued; a repeat tells the register number |
//! | 9051 | the opening answers HTTP 502 |

mod answer;
mod control;
mod counter;
mod ledger;
mod line;
mod linking;
mod magic;
mod modes;
mod money;
mod reads;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use ledger::Ledger;
use line::{Line, Lines};
use modes::Modes;

use crate::controllers::routing::post;

/// How long open answers may take to leave once the bank stops. Those that hang are cut at once.
const STOP_WITHIN: Duration = Duration::from_secs(1);

/// How the bank is started.
#[derive(Clone, Debug)]
pub struct SimulatorOptions {
    /// Where it listens; port 0 takes any free one.
    pub address: SocketAddr,
    /// The file of its books, made where it is missing.
    pub ledger: PathBuf,
    /// Whether the control calls under `/_sim/` are there.
    pub control: bool,
}

/// Why the bank did not start.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    #[error("the simulated bank cannot listen on {address}")]
    Listen { address: SocketAddr, source: io::Error },
    #[error("the ledger of the simulated bank cannot be opened")]
    Ledger(#[source] sea_orm::DbErr),
}

/// A running bank. Dropping it ends it too, without waiting.
pub struct Simulator {
    address: SocketAddr,
    serving: JoinHandle<io::Result<()>>,
    stopping: DropGuard,
}

/// What the handlers share.
#[derive(Clone)]
struct Office {
    ledger: Arc<Ledger>,
    modes: Arc<Modes>,
    stopping: CancellationToken,
}

/// Opens the books and listens.
///
/// # Errors
/// When the port is taken or the ledger cannot be opened.
pub async fn start(options: SimulatorOptions) -> Result<Simulator, SimulatorError> {
    let ledger = Ledger::open(&options.ledger).await.map_err(SimulatorError::Ledger)?;
    let address = options.address;
    let listen = |source| SimulatorError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;
    let stopping = CancellationToken::new();
    let office = Office {
        ledger: Arc::new(ledger),
        modes: Arc::default(),
        stopping: stopping.clone(),
    };
    let service = routes(options.control)
        .with_state(office)
        .into_make_service_with_connect_info::<Line>();
    let serve = axum::serve(Lines(listener), service).with_graceful_shutdown(stopping.clone().cancelled_owned());
    Ok(Simulator {
        address,
        serving: tokio::spawn(serve.into_future()),
        stopping: stopping.drop_guard(),
    })
}

impl Simulator {
    /// The bank's address, as the client is told it: `http://127.0.0.1:5151`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.address
    }

    /// Ends: answers that hang are cut at once, the others have a second to leave.
    pub async fn stop(self) {
        let Self { serving, stopping, .. } = self;
        drop(stopping);
        let ending = serving.abort_handle();
        if tokio::time::timeout(STOP_WITHIN, serving).await.is_err() {
            ending.abort();
        }
    }

    /// Serves until `shutdown` is there, then ends like [`stop`](Self::stop): a bank in a process of its own.
    pub async fn run_until(self, shutdown: impl Future<Output = ()>) {
        shutdown.await;
        self.stop().await;
    }
}

fn routes(control: bool) -> Router<Office> {
    let bank = Router::new().route("/{file}", post(counter::call));
    if control { bank.merge(control::routes()) } else { bank }
}

/// A day that the books hold as the bank's wire writes it.
fn day_of(text: &str) -> Option<crate::bank::nh::wire::Day> {
    let date = chrono::NaiveDate::parse_from_str(text, "%Y%m%d").ok()?;
    Some(crate::bank::nh::wire::Day::of(date))
}
