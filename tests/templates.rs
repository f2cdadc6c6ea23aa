//! Pages: every template renders in every state and language, and keeps the rules of the strict policy.

use naru::views::{frame::PageFrame, i18n::Language, samples, templates::Templates};

#[test]
fn every_sample_renders_in_both_languages() {
    let templates = Templates::new().expect("templates load");
    for sample in samples::all() {
        for language in Language::ALL {
            let frame = PageFrame::new(language, "/", "req");
            sample
                .render(&templates, &frame)
                .unwrap_or_else(|e| panic!("{} ({}): {e:#?}", sample.template, sample.state));
        }
    }
}
