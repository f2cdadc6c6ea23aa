//! Runs a script of `tests/browser/` in headless Chromium against a running app, and fails with the script's words.

use std::{
    env,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::process::Command;

/// How long one script may take: some look at twenty pages in eight looks each. A browser on two busy cores is slow, and a hanging
/// one must still end.
const SCRIPT_DEADLINE: Duration = Duration::from_mins(5);

const RUN_SCRIPTS_TEST: &str = "Run scripts/test once: it installs what the browser tests need.";

/// Runs `tests/browser/<script>.mjs` against `base_url` with `env` added to its environment. Answers with the paths of the
/// pages that it opened.
///
/// # Panics
/// With the script's own output when it fails or takes too long, and when Chromium, Node.js or the script's packages
/// are missing: a browser test is never skipped.
pub async fn run_browser_script(script: &str, base_url: &str, env: &[(&str, &str)]) -> Vec<String> {
    match try_browser_script(script, base_url, env).await {
        Ok(opened) => opened,
        Err(why) => panic!("{why}"),
    }
}

/// The same, with the failure as a value.
pub async fn try_browser_script(script: &str, base_url: &str, env: &[(&str, &str)]) -> Result<Vec<String>, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    let named = env
        .iter()
        .find(|(name, _)| *name == "CHROMIUM")
        .map(|(_, path)| PathBuf::from(path));
    let chromium = find_chromium(named.or_else(|| env::var_os("CHROMIUM").map(PathBuf::from)))?;
    if !folder.join("node_modules/playwright-core").is_dir() {
        return Err(format!("tests/browser/node_modules is missing. {RUN_SCRIPTS_TEST}"));
    }
    let child = Command::new(env::var_os("NARU_NODE").unwrap_or_else(|| "node".into()))
        .arg(folder.join(format!("{script}.mjs")))
        .env("BASE_URL", base_url)
        .env("CHROMIUM", chromium)
        .envs(env.iter().copied())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(SCRIPT_DEADLINE, child)
        .await
        .map_err(|_| format!("{script}.mjs did not end within {} s", SCRIPT_DEADLINE.as_secs()))?
        .map_err(|error| format!("node could not be started: {error}. {RUN_SCRIPTS_TEST}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    if output.status.success() {
        let opened = said.lines().filter_map(|line| line.strip_prefix("opened "));
        return Ok(opened.map(str::to_owned).collect());
    }
    Err(format!(
        "{script}.mjs failed ({}):\n{}{}",
        output.status,
        said,
        String::from_utf8_lossy(&output.stderr)
    ))
}

/// The browser that `CHROMIUM` names; otherwise the first of the usual names on the `PATH`.
fn find_chromium(named: Option<PathBuf>) -> Result<PathBuf, String> {
    if let Some(named) = named {
        return if named.is_file() {
            Ok(named)
        } else {
            Err(format!(
                "CHROMIUM names {}, and there is no such file. {RUN_SCRIPTS_TEST}",
                named.display()
            ))
        };
    }
    let path = env::var_os("PATH").unwrap_or_default();
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
        .iter()
        .flat_map(|name| env::split_paths(&path).map(move |folder| folder.join(name)))
        .find(|candidate| candidate.is_file())
        .ok_or_else(|| format!("Chromium is not installed. {RUN_SCRIPTS_TEST}"))
}
