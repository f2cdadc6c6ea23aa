//! The programs of `docs/examples` take a payment from a mandate to a refund, run as their readme says.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::Command;

use crate::support::app::{self, TestApp};
use crate::support::people::{ACCOUNT, PASSWORD, Shop};
use crate::support::visitor::Browser;
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
