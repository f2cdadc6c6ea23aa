//! A server of a test's own, which can be killed and frozen: `scripts/services` in a folder of its own.

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

pub struct PrivateServer {
    name: &'static str,
    folder: TempDir,
    pub address: String,
}

impl PrivateServer {
    /// Starts one by the name that `scripts/services` has for it; `variable` of its environment holds the address.
    pub async fn start(name: &'static str, variable: &str) -> Self {
        let mut server = Self {
            name,
            folder: tempfile::tempdir().expect("a folder"),
            address: String::new(),
        };
        server.restart().await;
        let environment = String::from_utf8(server.services(&["env"]).stdout).expect("text");
        let line = format!("export {variable}=");
        let address = environment.lines().find_map(|it| it.strip_prefix(&line));
        server.address = address.expect("its address").to_owned();
        server
    }

    /// Starts it again, with what it had on disk.
    pub async fn restart(&self) {
        let (folder, name) = (self.folder.path().to_owned(), self.name);
        let started = tokio::task::spawn_blocking(move || services(&folder, &["start", name]))
            .await
            .expect("a task");
        assert!(started.status.success(), "{}", String::from_utf8_lossy(&started.stderr));
    }

    /// SIGKILL, with everything that it started.
    pub fn kill(&self) {
        self.signal("KILL");
    }

    /// It goes on taking connections, and answers nothing.
    pub fn freeze(&self) {
        self.signal("STOP");
    }

    pub fn thaw(&self) {
        self.signal("CONT");
    }

    pub fn services(&self, arguments: &[&str]) -> Output {
        services(self.folder.path(), arguments)
    }

    fn signal(&self, signal: &str) {
        let file = self.folder.path().join(format!("{}.pid", self.name));
        let pid = std::fs::read_to_string(file).expect("it was started");
        let sent = Command::new("kill")
            .args([&format!("-{signal}"), "--", &format!("-{}", pid.trim())])
            .status();
        assert!(sent.expect("kill is there").success());
    }
}

impl Drop for PrivateServer {
    fn drop(&mut self) {
        self.services(&["stop", self.name]);
    }
}

fn services(folder: &Path, arguments: &[&str]) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/services");
    let mut command = Command::new(script);
    command.args(arguments).env("NARU_SERVICES", folder);
    command.output().expect("scripts/services runs")
}
