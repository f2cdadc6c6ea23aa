//! Somebody of staff at a browser without scripts: signed in, asking, and reading answers to their end.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};

use crate::Failed;

/// Of the demo; a lead may see and export everything.
const STAFF: [(&str, &str); 2] = [("email", "lead@naru.test"), ("password", "naru-demo-1!")];
const PATIENCE: Duration = Duration::from_mins(5);
/// A filter that was typed into the box leads to its own address, once.
const REDIRECTS: usize = 2;

pub struct Visitor {
    client: Client,
    base: String,
    /// By their names. A session that is renewed on the way gives new ones.
    cookies: Mutex<BTreeMap<String, String>>,
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
    let visitor = Visitor {
        client,
        base: base.to_owned(),
        cookies: Mutex::default(),
    };
    let sent = visitor.send(visitor.form("/sign-in", &STAFF)?).await?;
    if sent.status() != 303 || visitor.shown_cookies().is_empty() {
        return Err(format!("signing in was answered with {}", sent.status()).into());
    }
    Ok(visitor)
}

impl Visitor {
    /// A page, with where its address leads: a browser goes there by itself.
    pub async fn get(&self, path: &str) -> Result<Answer, Failed> {
        let begun = Instant::now();
        let mut at = path.to_owned();
        for _ in 0..REDIRECTS {
            let response = self.send(self.client.get(format!("{}{at}", self.base))).await?;
            match response.headers().get(LOCATION).filter(|_| response.status() == 303) {
                Some(location) => at = location.to_str()?.to_owned(),
                None => return read(path, response, begun).await,
            }
        }
        Err(format!("{path} leads on and on").into())
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Result<Answer, Failed> {
        let begun = Instant::now();
        let response = self.send(self.form(path, fields)?).await?;
        read(path, response, begun).await
    }

    fn form(&self, path: &str, fields: &[(&str, &str)]) -> Result<RequestBuilder, Failed> {
        let request = self.client.post(format!("{}{path}", self.base));
        Ok(request
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(serde_urlencoded::to_string(fields)?))
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, Failed> {
        let response = request.header(COOKIE, self.shown_cookies()).send().await?;
        self.keep_cookies(response.headers())?;
        Ok(response)
    }

    fn shown_cookies(&self) -> String {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        let pairs: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    fn keep_cookies(&self, headers: &HeaderMap) -> Result<(), Failed> {
        let mut cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        for set in headers.get_all(SET_COOKIE) {
            let pair = set.to_str()?.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(())
    }
}

/// 204 is the answer of a timer for which nothing is new.
async fn read(path: &str, response: Response, begun: Instant) -> Result<Answer, Failed> {
    let status = response.status();
    let text = response.text().await?;
    if status == 200 || status == 204 {
        let took = begun.elapsed();
        Ok(Answer { text, took })
    } else {
        Err(format!("{path} was answered with {status}").into())
    }
}
