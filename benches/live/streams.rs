//! The clients: a plain connection each, which reads events and notes when a payment was told to have succeeded.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use naru::clock::Clock;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc;

use crate::Failed;

/// Connections that are opened at the same time.
const AT_ONCE: usize = 50;
const SMALL: u32 = 4096;

/// When each payment was heard of.
#[derive(Clone, Default)]
pub struct Heard(Arc<Mutex<HashMap<String, DateTime<Utc>>>>);

impl Heard {
    fn note(&self, payment: &str, at: DateTime<Utc>) {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heard.entry(payment.to_owned()).or_insert(at);
    }

    pub fn taken(&self) -> HashMap<String, DateTime<Utc>> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Opens all, and answers when each said hello.
pub async fn open(address: SocketAddr, sessions: &[String], heard: &Heard) -> Result<(), Failed> {
    for some in sessions.chunks(AT_ONCE) {
        let (said, mut greetings) = mpsc::channel(AT_ONCE);
        for session in some {
            let stream = asked(TcpStream::connect(address).await?, session).await?;
            tokio::spawn(listen(stream, heard.clone(), said.clone()));
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

async fn listen(mut stream: TcpStream, heard: Heard, said: mpsc::Sender<()>) {
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
                heard.note(id.unwrap_or_default(), now);
            }
            text.drain(..taken);
        }
    }
}
