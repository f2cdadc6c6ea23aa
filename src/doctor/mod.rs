//! `naru doctor`: looks at each part that the configuration names, and says what to do. It reads, and moves no money.
//!
//! One line a part: `ok`, `warn` or `FAIL`, the part, and what there is to know. It ends as the tasks do: 0 when nothing
//! failed, 1 when a part did, 2 when the doctor itself could not work.

mod bank;
mod broker;
mod clock;
mod database;
mod finding;
mod mysql;
mod ports;
mod reach;
mod redis;
mod sms;
mod sqlite;

use loco_rs::app::Hooks;
use loco_rs::config::Config;
use loco_rs::environment::{Environment, resolve_from_env};

use self::clock::Clocks;
use self::finding::{Finding, Level};
use crate::app::App;
use crate::config::Settings;
use crate::tasks::CANNOT;
use crate::views::i18n::Language;

/// What a check looks at, and the clocks that it met on its way.
struct Patient {
    config: Config,
    settings: Settings,
    is_production: bool,
    clocks: Clocks,
}

/// Examines everything and answers with the exit code. `arguments` follow the word `doctor`: nothing, or `-e` and an
/// environment.
pub async fn run(arguments: &[String]) -> u8 {
    let environment: Environment = match arguments {
        [] => resolve_from_env().into(),
        [flag, name] if flag == "-e" || flag == "--environment" => name.clone().into(),
        _ => {
            say("naru doctor [-e development|production]");
            return CANNOT;
        }
    };
    let config = match environment.load() {
        Ok(config) => config,
        Err(error) => {
            let finding = Finding::fail("settings", "doctor-settings-unreadable").with("why", error);
            say(&finding.line(Language::default()));
            return CANNOT;
        }
    };
    let is_production = environment == Environment::Production;
    let checked = Settings::from_config(&config, is_production);
    // Values that are unsafe do not keep the doctor from the other parts.
    let settings = match Settings::from_config(&config, false) {
        Ok(settings) => settings,
        Err(error) => {
            let finding = Finding::fail("settings", "doctor-settings-refused").with("why", error);
            say(&finding.line(Language::default()));
            return CANNOT;
        }
    };
    let language = Language::parse(&settings.language).unwrap_or_default();
    say(&format!("{} {} ({environment})", App::app_name(), App::app_version()));
    let mut is_well = tell(language, &[settings_are(checked, is_production)]);
    let mut patient = Patient {
        config,
        settings,
        is_production,
        clocks: Clocks::default(),
    };
    // A new part is one more line here.
    is_well &= tell(language, &database::examine(&mut patient).await);
    is_well &= tell(language, &broker::examine(&patient).await);
    is_well &= tell(language, &redis::examine(&patient).await);
    is_well &= tell(language, &bank::examine(&mut patient).await);
    is_well &= tell(language, &sms::examine(&patient).await);
    is_well &= tell(language, &clock::examine(&patient));
    is_well &= tell(language, &ports::examine(&patient).await);
    u8::from(!is_well)
}

fn settings_are(checked: Result<Settings, crate::config::SettingsError>, is_production: bool) -> Finding {
    match checked {
        Ok(_) if is_production => Finding::ok("settings", "doctor-settings-ok"),
        Ok(_) => Finding::ok("settings", "doctor-settings-development"),
        Err(error) => Finding::fail("settings", "doctor-settings-refused").with("why", error),
    }
}

/// Says what was found; true when nothing failed.
fn tell(language: Language, findings: &[Finding]) -> bool {
    for finding in findings {
        say(&finding.line(language));
    }
    findings.iter().all(|finding| finding.level != Level::Fail)
}

#[expect(clippy::print_stdout, reason = "the report is for the person who asked for it")]
fn say(line: &str) {
    println!("{line}");
}
