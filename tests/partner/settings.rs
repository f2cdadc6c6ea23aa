//! Where members may return to, and the record of who changed what.

use naru::models::kinds::Deed;

use crate::support::app;

const ADD: &str = "/partner/settings/return-urls";

#[tokio::test]
async fn an_address_is_registered_once_and_removed_and_both_are_on_record() {
    let app = app::wish().without_workers().start().await;
    let shop = app.shop("나루상점").await;
    let console = app.console(&shop, "dev@example.test").await;
    console
        .post(ADD, &[("url", "https://shop.example/done")])
        .await
        .expect(303);
    let known = console.post(ADD, &[("url", "https://shop.example/done")]).await;
    assert!(known.expect(422).text.contains("이미 등록한 주소"));
    for bad in [
        "",
        "http://shop.example/",
        "https://user@shop.example/",
        "javascript:alert(1)",
    ] {
        let refused = console.post(ADD, &[("url", bad)]).await.expect(422).text;
        assert!(refused.contains("help error"), "{bad}: {refused}");
    }
    let page = console.get("/partner/settings").await.expect(200).text;
    let id = page
        .split("return-urls/url_")
        .nth(1)
        .unwrap()
        .split('/')
        .next()
        .unwrap();
    let removal = format!("{ADD}/url_{id}/removal");
    let other = app.shop("다른상점").await;
    let stranger = app.console(&other, "dev@other.test").await;
    stranger.post(&removal, &[]).await.expect(404);
    console.post(&removal, &[]).await.expect(303);
    console.post(&removal, &[]).await.expect(404);
    assert_eq!(app.deeds(&shop).await, [Deed::ReturnUrlAdded, Deed::ReturnUrlRemoved]);
    let page = console.get("/partner/history").await.expect(200).text;
    for part in ["돌아올 주소 등록", "돌아올 주소 삭제", "https://shop.example/done"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let page = stranger.get("/partner/history").await.expect(200).text;
    assert!(!page.contains("shop.example"), "{page}");
}
