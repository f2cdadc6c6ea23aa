//! Somebody of staff at a browser without scripts: signed in, asking, and reading answers to their end.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use reqwest::Client;
use reqwest::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use reqwest::redirect::Policy;

use crate::Failed;

/// Of the demo; a lead may see and export everything.
const STAFF: [(&str, &str); 2] = [("email", "lead@naru.test"), ("password", "naru-demo-1!")];
const PATIENCE: Duration = Duration::from_mins(5);

pub struct Visitor {
    client: Client,
    base: String,
    cookies: String,
}

/// An answer, and how long it took to its last byte.
pub struct Answer {
    pub text: String,
    pub took: Duration,
}

pub async fn signed_in(base: &str) -> Result<Visitor, Failed> {
    let client = Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .timeout(PATIENCE)
        .build()?;
    let mut visitor = Visitor {
        client,
        base: base.to_owned(),
        cookies: String::new(),
    };
    let sent = visitor.form("/sign-in", &STAFF)?.send().await?;
    let mut cookies = BTreeMap::new();
    for set in sent.headers().get_all(SET_COOKIE) {
        let pair = set.to_str()?.split(';').next().unwrap_or_default();
        cookies.extend(
            pair.split_once('=')
                .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
    }
    if sent.status() != 303 || cookies.is_empty() {
        return Err(format!("signing in was answered with {}", sent.status()).into());
    }
    let pairs: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    visitor.cookies = pairs.join("; ");
    Ok(visitor)
}

impl Visitor {
    pub async fn get(&self, path: &str) -> Result<Answer, Failed> {
        let request = self
            .client
            .get(format!("{}{path}", self.base))
            .header(COOKIE, &self.cookies);
        read(path, request).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Result<Answer, Failed> {
        read(path, self.form(path, fields)?).await
    }

    fn form(&self, path: &str, fields: &[(&str, &str)]) -> Result<reqwest::RequestBuilder, Failed> {
        let request = self.client.post(format!("{}{path}", self.base));
        Ok(request
            .header(COOKIE, &self.cookies)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(serde_urlencoded::to_string(fields)?))
    }
}

async fn read(path: &str, request: reqwest::RequestBuilder) -> Result<Answer, Failed> {
    let begun = Instant::now();
    let response = request.send().await?;
    let status = response.status();
    let text = response.text().await?;
    if status == 200 {
        let took = begun.elapsed();
        Ok(Answer { text, took })
    } else {
        Err(format!("{path} was answered with {status}").into())
    }
}
