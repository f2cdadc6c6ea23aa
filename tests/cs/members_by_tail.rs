//! Finding a member by the last four digits of their phone: all who share them, and as they are now.

use naru::ids::Prefix;
use naru::members::new_number;
use naru::members::phone::PhoneNumber;
use naru::members::sign_up::{self, SignUpForm};
use naru::models::kinds::StaffDeed;
use naru::views::i18n::Language;
use serde_json::{Value, json};

use super::desk;
use super::members::{found, ids};
use crate::support::app::{self, TestApp};
use crate::support::people::PASSWORD;

fn phone(typed: &str) -> PhoneNumber {
    PhoneNumber::parse(typed).expect("a number")
}

/// A member with this number; their id as pages show it.
async fn member(app: &TestApp, email: &str, typed: &str) -> String {
    let form = SignUpForm {
        email: email.to_owned(),
        password: PASSWORD.into(),
        name: "김민지".to_owned(),
        nickname: String::new(),
        birth_date: "1994-03-02".to_owned(),
    };
    let user = sign_up::sign_up(&app.services, form, &phone(typed)).await;
    Prefix::Member.show(user.expect("they sign up").id.0)
}

#[tokio::test]
async fn four_digits_find_all_whose_number_ends_so_and_nobody_else() {
    let app = app::wish().without_workers().start().await;
    let minji = member(&app, "minji@example.test", "010-1234-5678").await;
    let junho = member(&app, "junho@example.test", "011-999-5678").await;
    member(&app, "suji@example.test", "010-5678-1234").await;
    let desk = desk(&app).await;
    for typed in ["5678", " 5678 ", "５６７８"] {
        assert_eq!(found(&desk, typed).await, [junho.as_str(), &minji], "{typed}");
    }
    for typed in ["678", "45678", "5679", "56-78"] {
        assert_eq!(found(&desk, typed).await, Vec::<String>::new(), "{typed}");
    }
    let page = desk.get("/cs/members?q=5678").await.expect(200).text;
    assert!(page.contains("mi***@example.test") && page.contains("ju***@example.test"));
    assert!(!page.contains("12345678") && !page.contains("1234-5678"), "{page}");
    let row = app.deeds_of(StaffDeed::Searched).await.remove(0);
    let detail: Value = serde_json::from_str(&row.detail.expect("which way")).unwrap();
    assert_eq!(detail, json!({ "what": "member", "by": "phone_tail" }));
}

#[tokio::test]
async fn a_number_that_was_changed_is_found_by_its_new_end_alone() {
    let app = app::wish().without_workers().start().await;
    let minji = member(&app, "minji@example.test", "010-1234-5678").await;
    let (desk, new) = (desk(&app).await, phone("010-4321-0042"));
    new_number::send_code(&app.services, &new, None, Language::Ko)
        .await
        .expect("a code is sent");
    let code = app.browser().code().await;
    let id = app.user_id("minji@example.test").await;
    let changed = new_number::change(&app.services, id, &new, &code, Language::Ko).await;
    changed.expect("the number is changed");
    assert_eq!(found(&desk, "0042").await, [minji]);
    assert_eq!(found(&desk, "5678").await, Vec::<String>::new());
}

#[tokio::test]
async fn many_who_share_four_digits_are_read_page_by_page_each_once() {
    let app = app::wish().without_workers().start().await;
    member(&app, "minji@example.test", "010-1234-5678").await;
    for number in 0..60 {
        let id = format!("x'{number:032x}'");
        app.sql(&format!(
            "INSERT INTO users (id, email, password_hash, role, name, created_at) SELECT {id}, 'm{number}@example.test', password_hash, role, name, created_at FROM users WHERE email = 'minji@example.test'"
        ))
        .await;
        app.sql(&format!(
            "INSERT INTO members (id, birth_date_sealed, phone_tail_index, created_at) SELECT {id}, '', phone_tail_index, created_at FROM members WHERE phone_index IS NOT NULL"
        ))
        .await;
    }
    let desk = desk(&app).await;
    let first = desk.get("/cs/members?q=5678").await.expect(200).text;
    let next = first.split("rel=\"next\" href=\"").nth(1).expect("there are more");
    let next = next.split('"').next().expect("an address").replace("&amp;", "&");
    let mut all = ids(&first);
    assert_eq!(all.len(), 50);
    all.extend(ids(&desk.get(&next).await.expect(200).text));
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 61);
}
