//! Notes and tags: written once for each opened page, found again by everybody at the desk.

use naru::models::kinds::StaffDeed::{NoteAdded, TagAdded, TagRemoved};
use serde_json::json;

use super::{Opened, agent, hidden, paid, words_of_deeds};
use crate::support::app;

#[tokio::test]
async fn a_note_is_written_once_and_the_next_agent_reads_it() {
    let app = app::start().await;
    let (_, id) = paid(&app, 12_300).await;
    let (one, two) = (agent(&app, "one").await, agent(&app, "two").await);
    let open = Opened::at(&one, &id, "notes").await;
    let fields = [("body", "17시에 다시 전화하기로 함")];
    let (first, second) = tokio::join!(open.send(&one, &fields), open.send(&one, &fields));
    assert_eq!(
        first.expect(303).header("location"),
        second.expect(303).header("location")
    );
    for path in [format!("/cs/payments/{id}"), format!("/cs/payments/{id}/notes")] {
        let page = two.get(&path).await.expect(200).text;
        assert_eq!(page.matches("17시에 다시 전화하기로 함").count(), 1, "{page}");
    }
    open.send(&one, &[("body", "  ")]).await.expect(422);
    // Another note is no repetition of the first.
    let page = open.send(&one, &[("body", "18시로 바꿈")]).await.expect(409).text;
    assert!(
        page.contains("이미 다른 내용으로 처리했어요") && page.contains("18시로 바꿈"),
        "{page}"
    );
    assert_eq!(words_of_deeds(&app).await, [NoteAdded]);
}

#[tokio::test]
async fn a_note_on_what_changed_meanwhile_is_kept_in_its_field() {
    let app = app::start().await;
    let (api, id) = paid(&app, 12_300).await;
    let desk = agent(&app, "cs").await;
    let open = Opened::at(&desk, &id, "notes").await;
    let body = json!({ "reason": "변심" });
    api.post(&format!("/payments/{id}/refunds"), "of-the-shop", &body)
        .await
        .expect(202);
    app.settled().await;
    let page = open
        .send(&desk, &[("body", "환불 전이라고 안내함")])
        .await
        .expect(412)
        .text;
    assert!(
        page.contains("환불 전이라고 안내함") && page.contains("그사이에 상태가 바뀌었어요"),
        "{page}"
    );
    // The page that came back is of the present version.
    let anew = Opened {
        version: hidden(&page, "version"),
        dialog: hidden(&page, "dialog"),
        ..open
    };
    assert_eq!(anew.send(&desk, &[("body", "환불됐다고 안내함")]).await.status, 303);
}

#[tokio::test]
async fn notes_are_read_in_pages() {
    let app = app::start().await;
    let (_, id) = paid(&app, 12_300).await;
    let desk = agent(&app, "cs").await;
    for number in 0..21 {
        let body = format!("메모 {number:02}.");
        let open = Opened::at(&desk, &id, "notes").await;
        open.send(&desk, &[("body", body.as_str())]).await.expect(303);
    }
    let first = desk.get(&format!("/cs/payments/{id}/notes")).await.expect(200).text;
    assert!(
        first.contains("메모 20.") && first.contains("메모 01.") && !first.contains("메모 00."),
        "{first}"
    );
    let next = first
        .split(r#"rel="next" href=""#)
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let last = desk.get(next).await.expect(200).text;
    assert!(last.contains("메모 00.") && !last.contains("메모 01."), "{last}");
    let page = desk.get(&format!("/cs/payments/{id}")).await.expect(200).text;
    assert!(
        page.contains("메모 18.") && !page.contains("메모 17.") && page.contains("메모 모두 보기"),
        "{page}"
    );
}

#[tokio::test]
async fn a_tag_is_there_once_or_not() {
    let app = app::start().await;
    let (_, id) = paid(&app, 12_300).await;
    let (one, two) = (agent(&app, "one").await, agent(&app, "two").await);
    let (of_one, of_two) = (Opened::at(&one, &id, "tags").await, Opened::at(&two, &id, "tags").await);
    // The first field of the page that is called so belongs to the form for a new one while there is no tag.
    let both = [("word", "#이중결제")];
    let (first, second) = tokio::join!(of_one.send(&one, &both), of_two.send(&two, &both));
    first.expect(303);
    second.expect(303);
    for wrong in ["", "두 낱말", "<b>", &"가".repeat(21)] {
        of_one.send(&one, &[("word", wrong)]).await.expect(422);
    }
    let page = two.get(&format!("/cs/payments/{id}")).await.expect(200).text;
    assert_eq!(page.matches("#이중결제").count(), 1, "{page}");

    let removal = Opened::at(&two, &id, "tags").await;
    let removal = Opened {
        path: format!("{}/removal", removal.path),
        ..removal
    };
    for _ in 0..2 {
        removal.send(&two, &[("word", "이중결제")]).await.expect(303);
    }
    let page = two.get(&format!("/cs/payments/{id}")).await.expect(200).text;
    assert!(!page.contains("#이중결제"), "{page}");
    assert_eq!(words_of_deeds(&app).await, [TagAdded, TagRemoved]);
}

#[tokio::test]
async fn a_transfer_has_ten_tags_at_most() {
    let app = app::start().await;
    let (_, id) = paid(&app, 12_300).await;
    let desk = agent(&app, "cs").await;
    for number in 0..11 {
        let path = format!("/cs/payments/{id}/tags");
        let page = desk.get(&path).await.expect(200).text;
        // The last one of the page is the form's for a new tag.
        let dialog = page
            .rsplit(r#"name="dialog" value=""#)
            .next()
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let (version, word) = (hidden(&page, "version"), format!("t{number}"));
        let fields = [
            ("version", version.as_str()),
            ("dialog", dialog),
            ("word", word.as_str()),
        ];
        desk.post(&path, &fields)
            .await
            .expect(if number < 10 { 303 } else { 409 });
    }
}
