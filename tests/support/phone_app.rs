//! The authenticator app of somebody of staff, and a browser that enrols it: what a phone does, computed here.

use naru::ids::UserId;
use naru::models::kinds::Role;
use naru::security::totp::{TotpSecret, step_at};
use serde_json::json;

use super::app::{self, TestApp};
use super::http::Answer;
use super::visitor::Browser;

/// Somebody of staff with a second factor.
pub struct Enrolled {
    pub id: UserId,
    pub app: PhoneApp,
    pub recovery_codes: Vec<String>,
    /// Where they enrolled: behind the door.
    pub browser: Browser,
}

/// What the phone has.
#[derive(Clone)]
pub struct PhoneApp(pub TotpSecret);

impl PhoneApp {
    /// The app that has put in what a page shows.
    pub fn of(page: &str) -> Self {
        let text = page.split("factor-secret\">").nth(1).expect("a secret is shown");
        let text = text.split('<').next().expect("its end");
        Self(TotpSecret::parse(text).expect("a secret"))
    }

    /// The code that it shows, so many steps from now.
    pub fn code(&self, app: &TestApp, steps: i64) -> String {
        let step = step_at(app.services.clock.now()) + steps;
        self.0.code_at(step).expect("a code")
    }
}

/// An app as production has it: second factors and short sessions, at a time that stands still.
pub async fn demanding() -> TestApp {
    let desk = json!({ "second_factor": "required", "session_idle_secs": 900, "session_max_secs": 36_000 });
    let wish = app::wish().without_workers().with_a_stopped_clock();
    wish.settings(json!({ "desk": desk })).start().await
}

impl TestApp {
    /// Somebody new of staff, who signs in and enrols.
    pub async fn enrolled(&self, email: &str, role: Role) -> Enrolled {
        let id = self.staff(email, role).await;
        let browser = self.browser();
        browser.sign_in(email).await.expect(303);
        let (app, recovery_codes) = self.enrol(&browser).await;
        Enrolled {
            id,
            app,
            recovery_codes,
            browser,
        }
    }

    /// Enrols in a browser where they signed in.
    pub async fn enrol(&self, browser: &Browser) -> (PhoneApp, Vec<String>) {
        let page = browser.get("/me/factor/new").await.expect(200).text;
        let app = PhoneApp::of(&page);
        let made = browser.post("/me/factor/new", &[("code", &app.code(self, 0))]).await;
        (app, codes_of(&made.expect(200).text))
    }

    /// Another browser of theirs, before the door.
    pub async fn before_the_door(&self, email: &str) -> Browser {
        let browser = self.browser();
        browser.sign_in(email).await.expect(303);
        browser
    }
}

impl Browser {
    pub async fn show_code(&self, code: &str) -> Answer {
        self.post("/me/factor", &[("code", code)]).await
    }

    pub async fn show_recovery_code(&self, code: &str) -> Answer {
        self.post("/me/factor", &[("recovery_code", code)]).await
    }
}

/// The recovery codes that a page shows.
pub fn codes_of(page: &str) -> Vec<String> {
    let codes = page.split("<li><code>").skip(1);
    codes
        .filter_map(|rest| rest.split('<').next())
        .map(str::to_owned)
        .collect()
}
