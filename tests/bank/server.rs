//! A TCP server that speaks just enough HTTP to read a request, remember it, and answer as badly as a test wants.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What the server does with a request that it has read to its last byte.
#[derive(Clone)]
pub enum Does {
    /// Sends these bytes and keeps the connection open.
    Sends(Vec<u8>),
    /// Sends these bytes and closes the connection.
    SendsAndCloses(Vec<u8>),
    /// Closes the connection.
    Closes,
    /// Keeps the connection open and is silent.
    Hangs,
}

/// A request as it was read.
#[derive(Clone, Debug)]
pub struct Seen {
    pub head: String,
    pub body: Value,
}

#[derive(Clone, Default)]
struct Log {
    connections: Arc<Mutex<usize>>,
    requests: Arc<Mutex<Vec<Seen>>>,
}

/// The server; it ends with the test's runtime.
pub struct Server {
    pub url: String,
    log: Log,
}

impl Server {
    /// Answers each request with what `script` makes of its number, from 0, and its body.
    pub async fn start(script: impl Fn(usize, &Value) -> Does + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let log = Log::default();
        tokio::spawn(accept(listener, Arc::new(script), log.clone()));
        Self { url, log }
    }

    /// Answers every request with `Does`.
    pub async fn that(does: Does) -> Self {
        Self::start(move |_, _| does.clone()).await
    }

    /// Answers every request with HTTP 200 and this code, echoing the header as the bank does.
    pub async fn answering(code: &'static str, fields: Value) -> Self {
        Self::start(move |_, request| Does::Sends(ok(&reply(request, code, &fields)))).await
    }

    pub fn connections(&self) -> usize {
        *self.log.connections.lock().unwrap()
    }

    pub fn requests(&self) -> Vec<Seen> {
        self.log.requests.lock().unwrap().clone()
    }
}

/// The bank's reply to a request.
pub fn reply(request: &Value, code: &str, fields: &Value) -> Value {
    let mut header = request["Header"].clone();
    header.as_object_mut().unwrap().remove("AccessToken");
    header["Rpcd"] = json!(code);
    header["Rsms"] = json!("문구는 아무것도 결정하지 않는다");
    let mut reply = fields.clone();
    reply["Header"] = header;
    reply
}

/// An HTTP 200 with this JSON.
pub fn ok(body: &Value) -> Vec<u8> {
    http("200 OK", "", body.to_string().as_bytes())
}

/// An HTTP answer that keeps the connection alive.
pub fn http(status: &str, more_headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: keep-alive\r\n{more_headers}\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

type Script = Arc<dyn Fn(usize, &Value) -> Does + Send + Sync>;

async fn accept(listener: TcpListener, script: Script, log: Log) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        *log.connections.lock().unwrap() += 1;
        tokio::spawn(serve(stream, script.clone(), log.clone()));
    }
}

async fn serve(mut stream: TcpStream, script: Script, log: Log) {
    while let Some(seen) = read_request(&mut stream).await {
        let number = {
            let mut requests = log.requests.lock().unwrap();
            requests.push(seen.clone());
            requests.len() - 1
        };
        match script(number, &seen.body) {
            Does::Sends(bytes) => stream.write_all(&bytes).await.unwrap(),
            Does::SendsAndCloses(bytes) => {
                stream.write_all(&bytes).await.unwrap();
                return;
            }
            Does::Closes => return,
            Does::Hangs => std::future::pending().await,
        }
    }
}

/// The next request of a connection, or `None` when the other side closed it.
async fn read_request(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).unwrap();
    let length = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(0, |(_, value)| value.trim().parse().unwrap());
    while bytes.len() < head_end + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let body = serde_json::from_slice(&bytes[head_end..head_end + length]).unwrap();
    Some(Seen { head, body })
}
