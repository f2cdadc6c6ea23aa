//! Every state of every page in one list: the tests render them, and a person can look at them.

use super::{
    checkout, cs, docs, errors,
    frame::PageFrame,
    page::Page,
    partner,
    templates::{TemplateError, Templates},
    web,
};

/// A page in one state, ready to render in any language.
pub struct Sample {
    pub template: &'static str,
    pub state: &'static str,
    render: Render,
}

type Render = Box<dyn Fn(&Templates, &PageFrame) -> Result<String, TemplateError>>;

impl Sample {
    pub fn render(&self, templates: &Templates, frame: &PageFrame) -> Result<String, TemplateError> {
        (self.render)(templates, frame)
    }
}

/// All samples of all pages.
#[must_use]
pub fn all() -> Vec<Sample> {
    let mut samples = Vec::new();
    add::<web::home::Home>(&mut samples);
    add::<web::sign_in::SignIn>(&mut samples);
    add::<web::phone::PhoneForm>(&mut samples);
    add::<web::phone::CodeForm>(&mut samples);
    add::<web::phone::PhoneTaken>(&mut samples);
    add::<web::sign_up::SignUp>(&mut samples);
    add::<web::password_new::PasswordNew>(&mut samples);
    add::<web::profile::Profile>(&mut samples);
    add::<web::outbox::Outbox>(&mut samples);
    add::<web::accounts::AccountList>(&mut samples);
    add::<web::accounts::BalanceCard>(&mut samples);
    add::<web::account_new::AccountNew>(&mut samples);
    add::<web::account_confirm::AccountConfirm>(&mut samples);
    add::<web::account_link::AccountLink>(&mut samples);
    add::<web::account_link::AccountLinked>(&mut samples);
    add::<web::account_statement::AccountStatement>(&mut samples);
    add::<web::account_detail::AccountDetail>(&mut samples);
    add::<web::payments::PaymentList>(&mut samples);
    add::<web::me::Me>(&mut samples);
    add::<web::me_password::MePassword>(&mut samples);
    add::<web::me_withdrawal::MeWithdrawal>(&mut samples);
    add::<web::payment_detail::PaymentDetail>(&mut samples);
    add::<web::payment_detail::PaymentProgress>(&mut samples);
    add::<web::receipt::Receipt>(&mut samples);
    add::<web::mandates::MandateList>(&mut samples);
    add::<web::mandates::MandateDetail>(&mut samples);
    add::<web::member_home::MemberHome>(&mut samples);
    add::<web::notices::NoticeList>(&mut samples);
    add::<web::notices::NoticeDetail>(&mut samples);
    add::<web::status::StatusPage>(&mut samples);
    add_desk(&mut samples);
    add_people_at_the_desk(&mut samples);
    add_reviews(&mut samples);
    add_people_of_the_desk(&mut samples);
    add::<checkout::pay::Pay>(&mut samples);
    add::<checkout::balance::ChoiceBalance>(&mut samples);
    add::<checkout::outcome::Outcome>(&mut samples);
    add::<checkout::outcome::OutcomeProgress>(&mut samples);
    add::<checkout::over::Over>(&mut samples);
    add::<checkout::approval::Approval>(&mut samples);
    add::<checkout::approval::Approved>(&mut samples);
    add::<docs::guide::GuidePage>(&mut samples);
    add::<docs::reference::Reference>(&mut samples);
    add::<docs::sandbox::Sandbox>(&mut samples);
    add::<docs::problems::ProblemList>(&mut samples);
    add::<docs::problems::ProblemPage>(&mut samples);
    add::<partner::home::PartnerHome>(&mut samples);
    add::<partner::keys::KeyList>(&mut samples);
    add::<partner::key_new::KeyNew>(&mut samples);
    add::<partner::key_made::KeyMade>(&mut samples);
    add::<partner::key::KeyDetail>(&mut samples);
    add::<partner::settings::PartnerSettings>(&mut samples);
    add::<partner::deeds::DeedList>(&mut samples);
    add::<partner::payments::PartnerPayments>(&mut samples);
    add::<partner::payment::PartnerPayment>(&mut samples);
    add::<partner::events::EventList>(&mut samples);
    add::<partner::event::EventDetail>(&mut samples);
    add::<partner::webhooks::EndpointList>(&mut samples);
    add::<partner::webhook_form::EndpointForm>(&mut samples);
    add::<partner::webhook_secret::SecretShown>(&mut samples);
    add::<partner::webhook::EndpointDetail>(&mut samples);
    add::<partner::delivery::DeliveryDetail>(&mut samples);
    add::<errors::ErrorPage>(&mut samples);
    samples
}

/// The pages of staff.
fn add_desk(samples: &mut Vec<Sample>) {
    add::<cs::notices::CsNoticeList>(samples);
    add::<cs::notices::CsNotice>(samples);
    add::<cs::bank::CsBank>(samples);
    add::<cs::bank_limit::CsBankLimit>(samples);
    add::<cs::bank_window::CsBankWindowNew>(samples);
    add::<cs::bank_window::CsBankWindow>(samples);
    add::<cs::payments::CsTransferList>(samples);
    add::<cs::payment::CsTransfer>(samples);
    add::<cs::payment::CsFresh>(samples);
    add::<cs::delivery::CsDeliveryPage>(samples);
    add::<cs::export::CsExport>(samples);
    add::<cs::actions::refund::RefundDialog>(samples);
    add::<cs::actions::reason::ReasonDialog>(samples);
    add::<cs::actions::approval::ApprovalDialog>(samples);
    add::<cs::actions::resend::ResendDialog>(samples);
    add::<cs::actions::notes::NotesPage>(samples);
    add::<cs::actions::tags::TagsPage>(samples);
}

/// Members and partners as staff see them, and who looked at them.
fn add_people_at_the_desk(samples: &mut Vec<Sample>) {
    add::<cs::members::CsMemberList>(samples);
    add::<cs::member::CsMember>(samples);
    add::<cs::member_notes::CsMemberNotes>(samples);
    add::<cs::unmask::UnmaskFragment>(samples);
    add::<cs::unmask::UnmaskedFragment>(samples);
    add::<cs::unmask::UnmaskedPage>(samples);
    add::<cs::mandate::CsMandate>(samples);
    add::<cs::partners::CsPartnerList>(samples);
    add::<cs::partner::CsPartner>(samples);
    add::<cs::audit::CsAudit>(samples);
}

/// The overview, and what waits for somebody.
fn add_reviews(samples: &mut Vec<Sample>) {
    add::<cs::overview::Overview>(samples);
    add::<cs::reviews::Reviews>(samples);
    add::<cs::review_taken::ReviewTaken>(samples);
    add::<cs::dead_letter::DeadLetterPage>(samples);
    add::<cs::mismatch::MismatchPage>(samples);
}

/// Who works at the desk, and how they come in.
fn add_people_of_the_desk(samples: &mut Vec<Sample>) {
    add::<cs::factor::FactorAsked>(samples);
    add::<cs::factor_new::FactorNew>(samples);
    add::<cs::factor_renew::FactorRenew>(samples);
    add::<cs::factor_codes::FactorCodes>(samples);
    add::<cs::me::CsMe>(samples);
    add::<cs::staff::StaffList>(samples);
    add::<cs::staff_member::StaffPage>(samples);
}

fn add<P: Page + 'static>(samples: &mut Vec<Sample>) {
    samples.extend(P::samples().into_iter().map(|(state, page)| Sample {
        template: P::TEMPLATE,
        state,
        render: Box::new(move |templates, frame| templates.page(&page, frame).map(|html| html.0)),
    }));
}
