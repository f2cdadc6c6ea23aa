//! Announcements as everybody reads them, and the banner of an important one.

use chrono::TimeDelta;
use naru::ids::{NoticeId, Prefix};
use naru::models::kinds::Role;
use naru::notices::write::{self, Content};

use crate::support::app::{self, TestApp};

impl TestApp {
    async fn notice(&self, title: &str, change: impl FnOnce(&mut Content)) -> NoticeId {
        let email = format!("{}@example.test", NoticeId::new().0.simple());
        let author = self.staff(&email, Role::Operator).await;
        let mut content = Content {
            title_ko: title.to_owned(),
            title_en: format!("{title} in English"),
            body_ko: "첫 문단\n둘째 줄\n\n<b>둘째</b> 문단".to_owned(),
            body_en: "The text".to_owned(),
            is_important: false,
            visible_from: self.services.clock.now(),
            visible_until: None,
        };
        change(&mut content);
        write::publish(&self.services, author, content)
            .await
            .expect("it is written")
    }
}

fn path(id: NoticeId) -> String {
    format!("/notices/{}", Prefix::Notice.show(id.0))
}

#[tokio::test]
async fn an_announcement_is_seen_by_everybody_within_its_time_in_their_language() {
    let app = app::wish().without_workers().start().await;
    let now = app.services.clock.now();
    let shown = app.notice("점검 안내", |_| ()).await;
    let planned = app
        .notice("나중 소식", |it| it.visible_from = now + TimeDelta::hours(1))
        .await;
    let ended = app
        .notice("지난 소식", |it| {
            it.visible_from = now - TimeDelta::hours(2);
            it.visible_until = Some(now - TimeDelta::hours(1));
        })
        .await;
    let visitor = app.browser();
    let list = visitor.get("/notices").await.expect(200).text;
    assert!(
        list.contains("점검 안내") && !list.contains("나중 소식") && !list.contains("지난 소식"),
        "{list}"
    );
    let page = visitor.get(&path(shown)).await.expect(200).text;
    assert!(
        page.contains("&lt;b&gt;둘째&lt;/b&gt; 문단") && page.contains("첫 문단\n둘째 줄"),
        "{page}"
    );
    assert_eq!(page.matches("class=\"paragraph\"").count(), 2);
    let english = visitor.get(&format!("{}?lang=en", path(shown))).await.expect(200).text;
    assert!(english.contains("점검 안내 in English") && english.contains("The text"));
    for hidden in [planned, ended, NoticeId::new()] {
        visitor.get(&path(hidden)).await.expect(404);
    }
    visitor.get("/notices/1").await.expect(404);
}

#[tokio::test]
async fn an_important_one_stands_above_members_pages_until_it_is_closed_or_over() {
    let app = app::wish().without_workers().start().await;
    let until = app.services.clock.now() + TimeDelta::hours(1);
    let id = app
        .notice("긴급 점검", |it| {
            it.is_important = true;
            it.visible_until = Some(until);
        })
        .await;
    let (_, browser) = app.member_browser("minji@example.test").await;
    for page in ["/", "/accounts", "/payments", "/mandates"] {
        let page = browser.get(page).await.expect(200).text;
        assert!(
            page.contains("class=\"banner\"") && page.contains("긴급 점검"),
            "{page}"
        );
    }
    assert!(
        !app.browser().get("/").await.expect(200).text.contains("긴급 점검"),
        "for members"
    );
    let closed = browser
        .post(&format!("{}/dismissal", path(id)), &[("back", "/payments?group=done")])
        .await
        .expect(303);
    assert_eq!(closed.header("location"), "/payments?group=done");
    assert_eq!(browser.cookie("naru_banner_closed"), Some(Prefix::Notice.show(id.0)));
    assert!(!browser.get("/payments").await.expect(200).text.contains("긴급 점검"));
    let elsewhere = browser
        .post(&format!("{}/dismissal", path(id)), &[("back", "//evil.test")])
        .await
        .expect(303);
    assert_eq!(elsewhere.header("location"), "/");

    app.notice("더 새로운 점검", |it| it.is_important = true).await;
    assert!(
        browser
            .get("/payments")
            .await
            .expect(200)
            .text
            .contains("더 새로운 점검")
    );
}

#[tokio::test]
async fn a_banner_ends_with_its_time_though_it_is_remembered() {
    let app = app::wish().without_workers().start().await;
    let until = app.services.clock.now() + TimeDelta::minutes(10);
    app.notice("긴급 점검", |it| {
        it.is_important = true;
        it.visible_until = Some(until);
    })
    .await;
    let (_, browser) = app.member_browser("minji@example.test").await;
    assert!(browser.get("/payments").await.expect(200).text.contains("긴급 점검"));
    app.clock.advance(TimeDelta::minutes(10));
    assert!(!browser.get("/payments").await.expect(200).text.contains("긴급 점검"));
}
