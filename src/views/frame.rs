//! What every page needs around its own content: language, who is looking, the address, messages to show once.

use serde::Serialize;

use super::i18n::Language;
use crate::desk::roles::Permission;
use crate::models::kinds::Role;

/// The surroundings of a page, filled from the request by the controllers.
#[derive(Clone, Debug, Serialize)]
pub struct PageFrame {
    pub lang: Language,
    /// The path of this page, without its query: `/accounts`.
    pub path: String,
    /// The query as it came, without `?`; kept by the language switch.
    pub query: String,
    /// Who is signed in, if anybody.
    pub viewer: Option<Viewer>,
    /// The `X-Request-Id` of this answer, for people who call the desk.
    pub request_id: String,
    /// Messages to show once at the top of the page.
    pub notices: Vec<Notice>,
    /// An important announcement above a member's page, until they close it.
    pub banner: Option<Banner>,
    /// Where the viewer may go at the desk; empty for who is not staff.
    pub desk_places: Vec<DeskPlace>,
    /// Whether money here is play money, which people of partners are told on every page.
    pub is_trial: bool,
    /// The partner whose console this is; empty elsewhere.
    pub partner_name: String,
    /// From where on a stream of this page tells, where somebody is signed in.
    pub live_since: Option<String>,
}

/// An announcement as it stands above a page, in the reader's language.
#[derive(Clone, Debug, Serialize)]
pub struct Banner {
    /// `ntc_…`.
    pub id: String,
    pub title: String,
}

/// The person who is signed in.
#[derive(Clone, Debug, Serialize)]
pub struct Viewer {
    /// Shown in the header, to its owner: not masked.
    pub name: String,
    pub role: ViewerRole,
}

/// Chooses the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ViewerRole {
    Member,
    Staff,
    Partner,
}

/// A place of the desk in the bar at the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct DeskPlace {
    pub path: &'static str,
    /// The key of its text.
    pub label: &'static str,
}

impl DeskPlace {
    const ALL: [(Permission, &'static str, &'static str); 8] = [
        (Permission::SeeOverview, "/cs", "nav-cs-overview"),
        (Permission::SeePayments, "/cs/payments", "nav-cs-payments"),
        (Permission::SeePayments, "/cs/reviews", "nav-cs-reviews"),
        (Permission::SeeMembers, "/cs/members", "nav-cs-members"),
        (Permission::SeePartners, "/cs/partners", "nav-cs-partners"),
        (Permission::SeeAudit, "/cs/audit", "nav-cs-audit"),
        (Permission::Announce, "/cs/notices", "nav-notices"),
        (Permission::PlanMaintenance, "/cs/bank", "nav-cs-bank"),
    ];

    /// The places that this role may see.
    #[must_use]
    pub fn of(role: Role) -> Vec<Self> {
        let seen = Self::ALL.into_iter().filter(|(permission, ..)| role.may(*permission));
        seen.map(|(_, path, label)| Self { path, label }).collect()
    }
}

/// A message shown once, already in the reader's language.
#[derive(Clone, Debug, Serialize)]
pub struct Notice {
    pub tone: Tone,
    pub text: String,
}

/// How a message looks and how a screen reader takes it: `danger` interrupts, the others wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    Info,
    Success,
    Warning,
    Danger,
}

impl PageFrame {
    /// A frame for someone who is not signed in.
    #[must_use]
    pub fn new(lang: Language, path: impl Into<String>, request_id: impl Into<String>) -> Self {
        Self {
            lang,
            path: path.into(),
            query: String::new(),
            viewer: None,
            request_id: request_id.into(),
            notices: Vec::new(),
            banner: None,
            desk_places: Vec::new(),
            is_trial: false,
            partner_name: String::new(),
            live_since: None,
        }
    }

    /// This same page in another language, everything else of its address kept.
    #[must_use]
    pub fn url_in(&self, language: Language) -> String {
        let kept = self
            .query
            .split('&')
            .filter(|pair| !pair.is_empty() && !pair.starts_with("lang="));
        let lang = format!("lang={}", language.code());
        let query: Vec<&str> = kept.chain([lang.as_str()]).collect();
        format!("{}?{}", self.path, query.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use super::PageFrame;
    use crate::views::i18n::Language;

    #[test]
    fn switching_the_language_keeps_the_rest_of_the_address() {
        let mut frame = PageFrame::new(Language::Ko, "/cs/payments", "req");
        assert_eq!(frame.url_in(Language::En), "/cs/payments?lang=en");
        frame.query = "q=pay_1&lang=ko&state=failed".to_owned();
        assert_eq!(frame.url_in(Language::En), "/cs/payments?q=pay_1&state=failed&lang=en");
    }
}
