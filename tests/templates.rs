//! Pages: every template renders in every state and language, and keeps the rules of the strict policy.
//!
//! `NARU_SAMPLES_DIR=target/samples` also writes what is rendered, to be looked at.

mod html;
mod texts;
mod timers;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::LazyLock,
};

use html::{Tag, tags};
use naru::models::kinds::Role;
use naru::views::{
    frame::{Banner, DeskPlace, Notice, PageFrame, Tone, Viewer, ViewerRole},
    i18n::Language,
    samples,
    templates::Templates,
};

/// A sample, rendered.
struct Rendered {
    template: &'static str,
    name: String,
    html: String,
}

impl Rendered {
    fn is_fragment(&self) -> bool {
        is_fragment(self.template)
    }
}

static PAGES: LazyLock<Vec<Rendered>> = LazyLock::new(render_all);

fn render_all() -> Vec<Rendered> {
    let templates = Templates::default();
    templates.check().expect("the templates load");
    let mut pages = Vec::new();
    for (number, sample) in samples::all().into_iter().enumerate() {
        for language in Language::ALL {
            let html = sample
                .render(&templates, &frame_for(sample.template, language))
                .unwrap_or_else(|error| panic!("{} ({}): {error:#?}", sample.template, sample.state));
            let name = format!(
                "{}-{number:03}-{}-{}",
                sample.template.trim_end_matches(".html").replace('/', "-"),
                sample.state.replace(' ', "-"),
                language.code()
            );
            pages.push(Rendered {
                template: sample.template,
                name,
                html,
            });
        }
    }
    if let Some(folder) = std::env::var_os("NARU_SAMPLES_DIR") {
        write_all(Path::new(&folder), &pages);
    }
    pages
}

fn write_all(folder: &Path, pages: &[Rendered]) {
    fs::create_dir_all(folder).expect("a folder for the samples");
    for page in pages {
        fs::write(folder.join(&page.name).with_extension("html"), &page.html).expect("the sample is written");
    }
}

/// The frame that a page of this kind is usually seen in, with a message of every tone on one of them.
fn frame_for(template: &str, language: Language) -> PageFrame {
    let viewer = |name: &str, role| {
        Some(Viewer {
            name: name.to_owned(),
            role,
        })
    };
    let path = match template {
        "cs/payments.html" | "cs/payment.html" | "cs/delivery.html" => "/cs/payments",
        "cs/members.html" | "cs/member.html" | "cs/member_notes.html" | "cs/mandate.html" | "cs/unmasked.html" => {
            "/cs/members"
        }
        "cs/partners.html" | "cs/partner.html" => "/cs/partners",
        "cs/audit.html" => "/cs/audit",
        "cs/notices.html" | "cs/notice.html" => "/cs/notices",
        bank if bank.starts_with("cs/bank") => "/cs/bank",
        deed if deed.starts_with("cs/action_") => "/cs/payments",
        "cs/overview.html" => "/cs",
        "cs/reviews.html" | "cs/review_taken.html" | "cs/dead_letter.html" | "cs/mismatch.html" => "/cs/reviews",
        "web/payments.html" | "web/payment_detail.html" | "web/receipt.html" => "/payments",
        "web/mandates.html" | "web/mandate_detail.html" => "/mandates",
        "web/member_home.html" => "/",
        "partner/home.html" => "/partner",
        "partner/payments.html" | "partner/payment.html" => "/partner/payments",
        "partner/events.html" | "partner/event.html" => "/partner/events",
        "partner/settings.html" | "partner/history.html" => "/partner/settings",
        console if console.starts_with("partner/key") => "/partner/keys",
        console if console.starts_with("partner/") => "/partner/webhooks",
        _ => "/accounts",
    };
    let mut frame = PageFrame::new(language, path, "req-0123456789abcdef");
    frame.viewer = match template {
        "web/home.html"
        | "web/sign_in.html"
        | "web/sign_up.html"
        | "web/phone.html"
        | "web/phone_taken.html"
        | "web/password_new.html"
        | "web/outbox.html" => None,
        docs if docs.starts_with("docs/") => None,
        staff if staff.starts_with("cs/") => viewer("상담원 이수진", ViewerRole::Staff),
        console if console.starts_with("partner/") => viewer("서개발", ViewerRole::Partner),
        _ => viewer("김민지", ViewerRole::Member),
    };
    frame.is_trial = template != "partner/home.html";
    if template.starts_with("partner/") {
        frame.partner_name = "나루상점".to_owned();
    }
    if template.starts_with("cs/") {
        frame.desk_places = DeskPlace::of(Role::CsLead);
    }
    if template == "web/member_home.html" {
        frame.banner = Some(Banner {
            id: "ntc_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
            title: "NH농협은행 정기 점검 안내".to_owned(),
        });
    }
    if template == "web/payments.html" {
        frame.notices = [Tone::Info, Tone::Success, Tone::Warning, Tone::Danger]
            .map(|tone| Notice {
                tone,
                text: format!("{tone:?}"),
            })
            .to_vec();
    }
    frame
}

fn is_fragment(template: &str) -> bool {
    template.rsplit('/').next().is_some_and(|file| file.starts_with('_'))
}

#[test]
fn every_sample_renders_in_both_languages() {
    assert_eq!(PAGES.len(), samples::all().len() * Language::ALL.len());
    for page in PAGES.iter().filter(|page| !page.is_fragment()) {
        assert!(page.html.trim_start().starts_with("<!doctype html>"), "{}", page.name);
        assert!(page.html.trim_end().ends_with("</html>"), "{}", page.name);
    }
}

#[test]
fn every_template_is_used() {
    let mut used: BTreeSet<String> = PAGES.iter().map(|page| page.template.to_owned()).collect();
    let sources: BTreeMap<String, String> = Templates::names()
        .into_iter()
        .map(|name| (name.clone(), Templates::source(&name).expect("a template")))
        .collect();
    for source in sources.values() {
        for opening in ["{% extends \"", "{% include \""] {
            used.extend(
                source
                    .split(opening)
                    .skip(1)
                    .filter_map(|part| part.split('"').next())
                    .map(str::to_owned),
            );
        }
        for component in source
            .split("{% component ")
            .skip(1)
            .filter_map(|part| part.split('(').next())
        {
            let call = format!("<{component} ");
            assert!(
                sources.values().any(|source| source.contains(&call)),
                "the component `{component}` is not used"
            );
        }
    }
    let unused: Vec<_> = sources
        .keys()
        .filter(|name| !name.starts_with("components/") && !used.contains(*name))
        .collect();
    assert_eq!(unused, Vec::<&String>::new());
}

/// The places elsewhere that a person may be sent to, by a link of its own: where the bank takes a consent.
const CONSENT_AT_THE_BANK: &str = "https://consent.invalid/web";
/// And back at the shop that sent them, from a hosted page.
const AT_THE_SHOP: &str = "https://shop.invalid/done?";

#[test]
fn no_page_brings_a_script_or_style_of_its_own_or_calls_another_host() {
    for page in PAGES.iter() {
        for tag in tags(&page.html) {
            let at = format!("<{}> in {}", tag.name, page.name);
            assert_ne!(tag.name, "style", "{at}");
            assert!(tag.name != "script" || tag.get("src").is_some(), "{at}");
            for (name, value) in tag.attributes() {
                assert!(
                    name != "style" && !name.starts_with("on") && !name.starts_with("hx-on"),
                    "{name} on {at}"
                );
                let is_hosted = page.template.starts_with("checkout/");
                let is_theirs = value == CONSENT_AT_THE_BANK || is_hosted && value.starts_with(AT_THE_SHOP);
                let may_lead_away = tag.name == "a" && tag.get("rel") == Some("noreferrer") && is_theirs;
                assert!(may_lead_away || !leads_away(name, value), "{name}=\"{value}\" on {at}");
            }
        }
    }
}

/// Whether an attribute makes the browser, or a click, leave our own host.
fn leads_away(name: &str, value: &str) -> bool {
    let is_address = matches!(name, "href" | "src" | "action" | "formaction" | "poster" | "srcset") || name == "hx-get";
    is_address && !(value.starts_with('/') && !value.starts_with("//") || value.starts_with('#'))
}

/// Pages that show what people typed.
const TYPED_ON: [&str; 65] = [
    "web/accounts.html",
    "web/account_detail.html",
    "web/payments.html",
    "web/payment_detail.html",
    "web/profile.html",
    "web/outbox.html",
    "web/receipt.html",
    "web/mandates.html",
    "web/mandate_detail.html",
    "web/member_home.html",
    "web/notices.html",
    "web/notice.html",
    "checkout/pay.html",
    "checkout/approve.html",
    "checkout/approved.html",
    "checkout/over.html",
    "checkout/outcome.html",
    "cs/notices.html",
    "cs/notice.html",
    "cs/bank.html",
    "cs/bank_window.html",
    "cs/bank_window_new.html",
    "cs/members.html",
    "cs/member.html",
    "cs/member_notes.html",
    "cs/_unmask.html",
    "cs/_unmasked.html",
    "cs/unmasked.html",
    "cs/mandate.html",
    "cs/partners.html",
    "cs/partner.html",
    "cs/audit.html",
    "cs/payments.html",
    "cs/payment.html",
    "cs/action_refund.html",
    "cs/action_reason.html",
    "cs/action_approval.html",
    "cs/action_resend.html",
    "cs/action_notes.html",
    "cs/action_tags.html",
    "cs/delivery.html",
    "cs/overview.html",
    "cs/reviews.html",
    "cs/review_taken.html",
    "cs/dead_letter.html",
    "cs/mismatch.html",
    "cs/me.html",
    "cs/staff.html",
    "cs/staff_member.html",
    "partner/home.html",
    "partner/keys.html",
    "partner/key_new.html",
    "partner/key_made.html",
    "partner/key.html",
    "partner/settings.html",
    "partner/history.html",
    "partner/payments.html",
    "partner/payment.html",
    "partner/events.html",
    "partner/event.html",
    "partner/webhooks.html",
    "partner/webhook_form.html",
    "partner/webhook_secret.html",
    "partner/webhook.html",
    "partner/delivery.html",
];

#[test]
fn what_people_typed_is_escaped() {
    let mut seen = BTreeSet::new();
    for page in PAGES.iter() {
        assert!(!page.html.contains("<script>"), "{}", page.name);
        if page.html.contains("&lt;script&gt;alert(1)") {
            seen.insert(page.template);
        }
    }
    for template in TYPED_ON {
        assert!(seen.contains(template), "no sample of {template} tries to break out");
    }
}

#[test]
fn ids_are_unique_and_what_points_to_one_finds_it() {
    for page in PAGES.iter() {
        let tags = tags(&page.html);
        let mut ids = BTreeSet::new();
        for id in tags.iter().filter_map(|tag| tag.get("id")) {
            assert!(ids.insert(id), "`{id}` is there twice in {}", page.name);
        }
        for (name, value) in tags.iter().flat_map(Tag::attributes) {
            if matches!(name, "for" | "aria-describedby" | "aria-labelledby" | "aria-controls") {
                for id in value.split(' ') {
                    assert!(ids.contains(id), "{name} points to no `{id}` in {}", page.name);
                }
            }
            if let Some(id) = value.strip_prefix('#').filter(|_| matches!(name, "href" | "hx-target")) {
                assert!(ids.contains(id), "{name} points to no `{id}` in {}", page.name);
            }
        }
    }
}

#[test]
fn every_input_has_a_label_and_every_button_says_what_it_does_to_the_form() {
    for page in PAGES.iter() {
        let tags = tags(&page.html);
        let labelled: BTreeSet<&str> = tags
            .iter()
            .filter(|tag| tag.name == "label")
            .filter_map(|tag| tag.get("for"))
            .collect();
        for tag in &tags {
            let is_field =
                matches!(tag.name.as_str(), "input" | "select" | "textarea") && tag.get("type") != Some("hidden");
            let id = tag.get("id").unwrap_or_default();
            assert!(!is_field || labelled.contains(id), "{tag:?} in {}", page.name);
            assert!(
                tag.name != "button" || tag.get("type").is_some(),
                "{tag:?} in {}",
                page.name
            );
        }
    }
}

#[test]
fn every_page_has_a_title_one_heading_and_its_language() {
    for page in PAGES.iter().filter(|page| !page.is_fragment()) {
        let tags = tags(&page.html);
        assert_eq!(
            tags.iter().filter(|tag| tag.name == "h1").count(),
            1,
            "headings in {}",
            page.name
        );
        let title = page.html.split("<title>").nth(1).expect("a title");
        assert!(!title.trim_start().starts_with('·'), "the title of {}", page.name);
        let lang = tags
            .iter()
            .find(|tag| tag.name == "html")
            .and_then(|tag| tag.get("lang"));
        assert!(
            lang.is_some_and(|lang| page.name.ends_with(&format!("-{lang}"))),
            "{}",
            page.name
        );
    }
}

#[test]
fn nothing_is_shown_for_a_balance_that_is_not_known() {
    let unknown = PAGES
        .iter()
        .filter(|page| page.template == "web/_balance.html" && page.name.contains("never-known"));
    let mut count = 0;
    for page in unknown {
        count += 1;
        assert!(page.html.contains("????"), "{}", page.name);
        assert!(!page.html.contains('₩') && !page.html.contains("0원"), "{}", page.name);
    }
    assert_ne!(count, 0);
}
