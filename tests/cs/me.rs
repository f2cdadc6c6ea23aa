//! `/cs/me`: who one is at the desk, and what one's role may do, as the one matrix has it.

use naru::desk::roles::Permission;
use naru::models::kinds::Role;

use super::desk_of;
use crate::support::app;
use crate::support::phone_app::demanding;

#[tokio::test]
async fn every_role_sees_the_whole_matrix_as_it_decides_and_its_own_column_marked() {
    let app = app::wish().without_workers().start().await;
    let rights = Role::STAFF.map(|role| {
        Permission::ALL
            .iter()
            .filter(|permission| role.may(**permission))
            .count()
    });
    for role in Role::STAFF {
        let browser = desk_of(&app, &format!("{}@example.test", role.as_str()), role).await;
        let page = browser.get("/cs/me").await.expect(200).text;
        assert_eq!(page.matches("<th scope=\"row\">").count(), Permission::ALL.len());
        assert_eq!(page.matches("할 수 있음").count(), rights.iter().sum::<usize>());
        assert_eq!(page.matches("<td class=\"mine\">").count(), Permission::ALL.len());
        assert_eq!(page.matches("aria-current=\"true\"").count(), 1);
        let may_see_staff = page.contains("href=\"/cs/staff\"");
        assert_eq!(may_see_staff, role.may(Permission::ResetFactors), "{page}");
        let english = browser.get("/cs/me?lang=en").await.expect(200).text;
        assert!(
            english.contains("Permissions by role") && english.contains("See the audit"),
            "{english}"
        );
    }
}

#[tokio::test]
async fn ones_own_factor_password_and_devices_are_a_step_away() {
    let app = demanding().await;
    let staff = app.enrolled("audit@example.test", Role::Auditor).await;
    let page = staff.browser.get("/cs/me").await.expect(200).text;
    for part in [
        "상담 담당",
        "au***@example.test",
        "감사 담당자",
        "남은 복구 코드 10개",
        "1대에서 로그인하고 있어요",
        "href=\"/me/password\"",
        "href=\"/me\"",
        "href=\"/me/factor/recovery-codes\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("audit@example.test"), "{page}");
    for number in 0..8 {
        app.sql(&format!(
            "UPDATE staff_recovery_codes SET used_at = made_at WHERE id = (SELECT id FROM (SELECT id FROM staff_recovery_codes ORDER BY id LIMIT 1 OFFSET {number}) AS one)"
        ))
        .await;
    }
    let few = staff.browser.get("/cs/me").await.expect(200).text;
    assert!(few.contains("남은 복구 코드 2개 · 새로 만들어 두세요."), "{few}");
}
