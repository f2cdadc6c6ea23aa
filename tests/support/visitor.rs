//! A browser without scripts: keeps cookies, sends forms, follows nothing by itself.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::{Method, RequestBuilder};

use crate::support::app::TestApp;
use crate::support::http::Answer;
use crate::support::people::PASSWORD;
use crate::support::program::Program;

pub const SESSION: &str = "naru_session";
pub const REFRESH: &str = "naru_refresh";

#[derive(Clone)]
pub struct Browser {
    client: reqwest::Client,
    base: String,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
}

impl TestApp {
    pub fn browser(&self) -> Browser {
        Browser {
            client: self.client.clone(),
            base: self.base.clone(),
            cookies: Arc::default(),
        }
    }

    /// A new member in a browser of their own.
    pub async fn member_browser(&self, email: &str) -> (naru::ids::UserId, Browser) {
        let member = self.member(email).await;
        let browser = self.browser();
        browser.sign_in(email).await.expect(303);
        (member, browser)
    }
}

impl Program {
    pub fn browser(&self) -> Browser {
        Browser {
            client: self.client.clone(),
            base: self.base(),
            cookies: Arc::default(),
        }
    }
}

impl Browser {
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// Sends a form as a page of the site does.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = serde_urlencoded::to_string(fields).expect("fields are texts");
        let request = self
            .request(Method::POST, path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(body);
        self.send(request).await
    }

    pub async fn sign_in(&self, email: &str) -> Answer {
        self.post("/sign-in", &[("email", email), ("password", PASSWORD)]).await
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        let cookies: Vec<String> = self
            .cookies
            .lock()
            .expect("one test")
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if cookies.is_empty() {
            request
        } else {
            request.header(COOKIE, cookies.join("; "))
        }
    }

    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let answer = Answer::of(request).await;
        let mut cookies = self.cookies.lock().expect("one test");
        for set in answer.headers.get_all(SET_COOKIE) {
            let set = set.to_str().expect("letters");
            let (name, rest) = set.split_once('=').expect("name=value");
            let value = rest.split(';').next().expect("a first part");
            if set.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        drop(cookies);
        answer
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().expect("one test").get(name).cloned()
    }

    /// Another browser with the cookies of this one, as they are now.
    pub fn copy(&self) -> Self {
        let cookies = self.cookies.lock().expect("one test").clone();
        Self {
            cookies: Arc::new(Mutex::new(cookies)),
            ..self.clone()
        }
    }

    pub fn forget_cookie(&self, name: &str) {
        self.cookies.lock().expect("one test").remove(name);
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies
            .lock()
            .expect("one test")
            .insert(name.to_owned(), value.to_owned());
    }
}
