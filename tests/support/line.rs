//! A line between the app and its bank that can be cut: everything else goes through to the simulated bank.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};

#[derive(Clone)]
pub struct Line {
    pub url: String,
    bank: Arc<OnceLock<String>>,
    calls: Arc<AtomicUsize>,
    cut: Arc<AtomicUsize>,
}

impl Line {
    /// A line to nowhere yet, for the settings of an app.
    pub async fn lay() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("its address"));
        let line = Self {
            url,
            bank: Arc::default(),
            calls: Arc::default(),
            cut: Arc::new(AtomicUsize::new(usize::MAX)),
        };
        let carrying = line.clone();
        tokio::spawn(async move {
            while let Ok((caller, _)) = listener.accept().await {
                tokio::spawn(carrying.clone().carry(caller));
            }
        });
        line
    }

    pub fn leads_to(&self, bank_url: &str) {
        let address = bank_url.trim_start_matches("http://").to_owned();
        self.bank.set(address).expect("it leads to one bank");
    }

    /// Counts anew, and cuts the call of this number.
    pub fn cut(&self, number: usize) {
        self.calls.store(0, Ordering::SeqCst);
        self.cut.store(number, Ordering::SeqCst);
    }

    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    async fn carry(self, mut caller: TcpStream) {
        let number = self.calls.fetch_add(1, Ordering::SeqCst) + 1;
        let Some(bank) = self.bank.get().filter(|_| number != self.cut.load(Ordering::SeqCst)) else {
            return;
        };
        let mut bank = TcpStream::connect(bank).await.expect("the bank runs");
        copy_bidirectional(&mut caller, &mut bank).await.ok();
    }
}
