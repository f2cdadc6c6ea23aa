//! The programs of `docs/examples` take a payment from a mandate to a refund, run as their readme says.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use secrecy::ExposeSecret;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWriteExt, BufReader};
use tokio::process::Command;

use crate::support::app::{self, TestApp};
use crate::support::people::{ACCOUNT, PASSWORD, Shop};
use crate::support::visitor::Browser;
use crate::webhooks::shop_that_hears;
use naru::ids::{AccountId, Prefix};

/// How long one program may take, a member's approval included.
const PATIENCE: Duration = Duration::from_mins(1);

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples").join(name)
}

/// A member with an account, and a shop that has no mandate yet.
struct Street {
    app: TestApp,
    shop: Shop,
    member: Browser,
    account: AccountId,
}

impl Street {
    async fn open() -> Self {
        let app = app::start().await;
        let (id, member) = app.member_browser("minji@example.test").await;
        let account = app.account(id, ACCOUNT).await;
        let shop = app.shop("나루상점").await;
        Self {
            app,
            shop,
            member,
            account,
        }
    }

    /// Runs a program to its end, the member approving what it asks for, and fails unless it says that all is done.
    async fn run(&self, program: &str, arguments: &[&Path]) {
        let mut child = Command::new(program)
            .args(arguments)
            .env("NARU_URL", &self.app.base)
            .env("NARU_KEY", &self.shop.api.key)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{program}: {error}"));
        let (out, err) = (child.stdout.take().expect("piped"), child.stderr.take().expect("piped"));
        let ended = async {
            let (out, err) = tokio::join!(self.attend(out), self.attend(err));
            (child.wait().await.expect("it ends"), out + &err)
        };
        let (status, said) = tokio::time::timeout(PATIENCE, ended).await.expect("it ends in time");
        assert!(status.success(), "{program}: {said}");
        assert!(said.contains("done: 12300 paid, 2300 given back"), "{program}: {said}");
        assert!(
            said.contains("payment.succeeded") && said.contains("refund.succeeded"),
            "{program}: {said}"
        );
        assert_eq!(self.app.bank_get("/_sim/summary").await["duplicates"], 0);
    }

    /// Reads what a program says, and goes where it sends the member.
    async fn attend(&self, output: impl AsyncRead + Unpin) -> String {
        let (mut lines, mut said) = (BufReader::new(output).lines(), String::new());
        while let Some(line) = lines.next_line().await.expect("it can be read") {
            if let Some(address) = line.strip_prefix("approve here: ") {
                self.approve(address).await;
            }
            said += &line;
            said.push('\n');
        }
        said
    }

    async fn approve(&self, address: &str) {
        let path = address.strip_prefix(&self.app.base).expect("an address of ours");
        let account = Prefix::Account.show(self.account.0);
        let page = self
            .member
            .get(&format!("{path}?account={account}"))
            .await
            .expect(200)
            .text;
        let text = page.split("name=\"text\" value=\"").nth(1).unwrap_or_default();
        let text = text.split('"').next().expect("a part");
        let fields = [
            ("account", account.as_str()),
            ("text", text),
            ("consent", "yes"),
            ("password", PASSWORD),
        ];
        self.member.post(path, &fields).await.expect(303);
    }
}

#[tokio::test]
async fn the_example_in_python_takes_a_payment_from_a_mandate_to_a_refund() {
    let street = Street::open().await;
    street.run("python3", &[&example("shop.py")]).await;
}

#[tokio::test]
async fn the_example_in_node_takes_a_payment_from_a_mandate_to_a_refund() {
    let street = Street::open().await;
    street.run("node", &[&example("shop.mjs")]).await;
}

#[tokio::test]
async fn the_example_with_curl_takes_a_payment_from_a_mandate_to_a_refund() {
    let street = Street::open().await;
    street.run("bash", &[&example("curl.sh")]).await;
}

/// A webhook that the app has sent, as the example is told of it.
struct Told {
    secret: String,
    id: String,
    timestamp: String,
    signatures: String,
    body: String,
}

impl Told {
    /// What `curl.sh verify` says of it, and whether it ends well.
    async fn verified(&self) -> (bool, String) {
        let mut child = Command::new("bash")
            .arg(example("curl.sh"))
            .args(["verify", &self.secret, &self.id, &self.timestamp, &self.signatures])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("bash is there");
        let mut input = child.stdin.take().expect("piped");
        // Who finds the time too old does not read the body.
        let _ = input.write_all(self.body.as_bytes()).await;
        drop(input);
        let ended = tokio::time::timeout(PATIENCE, child.wait_with_output()).await;
        let ended = ended.expect("it ends in time").expect("it ends");
        let said = String::from_utf8_lossy(&ended.stdout).trim().to_owned();
        let complaints = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(complaints, "", "{said}");
        (ended.status.success(), said)
    }
}

#[tokio::test]
async fn the_example_with_curl_knows_a_webhook_of_ours_from_a_forged_a_changed_and_an_old_one() {
    let app = app::start().await;
    let (shop, receiver, endpoint) = shop_that_hears(&app, "나루상점").await;
    // Signed at this moment of the example's clock, which is the system's.
    app.events(shop.id, 1).await;
    let got = receiver.heard(1).await.remove(0);
    app.told().await;
    let [id, timestamp, signatures] =
        ["webhook-id", "webhook-timestamp", "webhook-signature"].map(|name| got.header(name).to_owned());
    let told = || Told {
        secret: endpoint.secret.clone(),
        id: id.clone(),
        timestamp: timestamp.clone(),
        signatures: signatures.clone(),
        body: got.body.clone(),
    };
    let good = (true, "signed by Naru".to_owned());
    assert_eq!(told().verified().await, good);
    // While a secret is exchanged there are two, in any order, and of versions that are not known yet.
    for signatures in [
        format!("{signatures} v1,bm90IHRoaXMgb25l"),
        format!("v1a,bmV3 v1,bm90IHRoaXMgb25l {signatures}"),
    ] {
        assert_eq!(Told { signatures, ..told() }.verified().await, good);
    }

    let bad = (false, "not signed by Naru".to_owned());
    for forged in forgeries(&told) {
        assert_eq!(forged.verified().await, bad, "{} {}", forged.signatures, forged.body);
    }
    let sent_at: i64 = timestamp.parse().expect("seconds");
    for timestamp in [sent_at - 301, sent_at + 600] {
        let timestamp = timestamp.to_string();
        let old = Told { timestamp, ..told() }.verified().await;
        assert_eq!(old, (false, "too old".to_owned()));
    }
    // The header is anybody's: a shell would run what stands in brackets where it expects a number.
    let folder = tempfile::tempdir().expect("a folder");
    let trap = folder.path().join("trap");
    for timestamp in [
        format!("a[$(touch {})]", trap.display()),
        String::new(),
        "-1".to_owned(),
    ] {
        let strange = Told { timestamp, ..told() }.verified().await;
        assert_eq!(strange, (false, "not a time".to_owned()));
    }
    assert!(!trap.exists(), "the example ran what a header told it");
}

/// As `told`, but not signed so.
fn forgeries(told: &impl Fn() -> Told) -> [Told; 7] {
    let other = naru::notifications::webhooks::sign::new_secret();
    let signatures = told().signatures;
    let cut = signatures.trim_end_matches('=').to_owned();
    [
        Told {
            secret: other.expose_secret().to_owned(),
            ..told()
        },
        Told {
            id: "evt_other".to_owned(),
            ..told()
        },
        Told {
            body: told().body.replace("payment.succeeded", "payment.failed"),
            ..told()
        },
        Told {
            body: told().body + "\n",
            ..told()
        },
        Told {
            signatures: cut,
            ..told()
        },
        Told {
            signatures: signatures.replace("v1,", "v2,"),
            ..told()
        },
        Told {
            signatures: String::new(),
            ..told()
        },
    ]
}
