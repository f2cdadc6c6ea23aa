//! The clients: a plain connection each, which reads events, notes when a payment was told to have succeeded, and asks for
//! the part of its page as the page's script does.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use naru::clock::Clock;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc;

use crate::Failed;

/// Connections that are opened at the same time.
const AT_ONCE: usize = 50;
const SMALL: u32 = 4096;

/// When a payment was heard of, and when the page had what it shows of it.
#[derive(Clone, Copy)]
pub struct Arrived {
    pub heard: DateTime<Utc>,
    pub shown: Option<DateTime<Utc>>,
}

/// What arrived of each payment.
#[derive(Clone, Default)]
pub struct Heard(Arc<Mutex<HashMap<String, Arrived>>>);

impl Heard {
    fn arrived(&self) -> MutexGuard<'_, HashMap<String, Arrived>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it is news.
    fn note(&self, payment: &str, heard: DateTime<Utc>) -> bool {
        let before = self.arrived().len();
        self.arrived()
            .entry(payment.to_owned())
            .or_insert(Arrived { heard, shown: None });
        self.arrived().len() > before
    }

    fn show(&self, payment: &str, at: DateTime<Utc>) {
        if let Some(arrived) = self.arrived().get_mut(payment) {
            arrived.shown = Some(at);
        }
    }

    pub fn taken(&self) -> HashMap<String, Arrived> {
        std::mem::take(&mut *self.arrived())
    }
}

/// What a client of a stream has at hand.
#[derive(Clone)]
struct Client {
    http: reqwest::Client,
    base: String,
    heard: Heard,
}

impl Client {
    /// Asks for the part of the payment's page, and notes when it was there.
    async fn look(self, session: String, payment: String) {
        let url = format!("{}/payments/{payment}/progress?mark=", self.base);
        let request = self
            .http
            .get(url)
            .header("cookie", format!("naru_session={session}"))
            .header("hx-request", "true")
            .header("naru-by-itself", "yes");
        let Ok(answer) = request.send().await else { return };
        if answer.status().is_success()
            && answer
                .text()
                .await
                .is_ok_and(|part| part.contains("data-moved=\"yes\""))
        {
            self.heard.show(&payment, Clock::system().now());
        }
    }
}

/// Opens all, and answers when each said hello.
pub async fn open(address: SocketAddr, sessions: &[String], heard: &Heard) -> Result<(), Failed> {
    let client = Client {
        http: reqwest::Client::new(),
        base: format!("http://{address}"),
        heard: heard.clone(),
    };
    for some in sessions.chunks(AT_ONCE) {
        let (said, mut greetings) = mpsc::channel(AT_ONCE);
        for session in some {
            let stream = asked(TcpStream::connect(address).await?, session).await?;
            tokio::spawn(listen(stream, client.clone(), session.clone(), said.clone()));
        }
        drop(said);
        let mut count = 0;
        while count < some.len() {
            greetings.recv().await.ok_or("a stream ended before it said hello")?;
            count += 1;
        }
    }
    Ok(())
}

/// Streams that are kept, and not read.
pub async fn open_deaf(address: SocketAddr, sessions: &[String]) -> Result<Vec<TcpStream>, Failed> {
    let mut streams = Vec::new();
    for session in sessions {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(SMALL)?;
        streams.push(asked(socket.connect(address).await?, session).await?);
    }
    Ok(streams)
}

async fn asked(mut stream: TcpStream, session: &str) -> Result<TcpStream, Failed> {
    stream.set_nodelay(true)?;
    let request = format!("GET /live HTTP/1.1\r\nhost: localhost\r\ncookie: naru_session={session}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    Ok(stream)
}

async fn listen(mut stream: TcpStream, client: Client, session: String, said: mpsc::Sender<()>) {
    let clock = Clock::system();
    let mut said = Some(said);
    let mut text = String::new();
    let mut buffer = vec![0_u8; 2048];
    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
        let now = clock.now();
        text.push_str(&String::from_utf8_lossy(buffer.get(..count).unwrap_or_default()));
        while let Some((event, _)) = text.split_once("\n\n") {
            let taken = event.len() + 2;
            if event.contains("event: hello") {
                if let Some(said) = said.take() {
                    said.send(()).await.ok();
                }
            } else if event.contains("\"event\":\"succeeded\"") {
                let id = event.split("\"id\":\"").nth(1).and_then(|rest| rest.split('"').next());
                let payment = id.unwrap_or_default();
                if client.heard.note(payment, now) {
                    tokio::spawn(client.clone().look(session.clone(), payment.to_owned()));
                }
            }
            text.drain(..taken);
        }
    }
}
