//! A running `annotomy serve`, and a client that speaks with it as a browser would.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// Longest wait for the server's address, and for one answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why a conversation ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Broken {
    /// The server did not start.
    #[error("the server did not start: {0}")]
    NotStarted(String),
    /// The connection broke, which a killed server explains.
    #[error("the connection broke: {0}")]
    Connection(#[from] std::io::Error),
    /// The answer is no answer, or only a part of one.
    #[error("the answer is incomplete: {0}")]
    Incomplete(&'static str),
    /// The server refused.
    #[error("{command}: {status} {body}")]
    Refused {
        /// The command.
        command: String,
        /// HTTP status.
        status: u16,
        /// What it said.
        body: String,
    },
}

/// Bytes of memory.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    pub(crate) resident: f64,
    /// The most since it started.
    pub(crate) peak: f64,
}

/// A server process; ends with this value.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
}

impl Server {
    /// Starts `binary serve` on a library in `library` and waits for its address.
    pub(crate) fn start(binary: &Path, library: &Path) -> Result<(Self, Client), Broken> {
        let mut child = Command::new(binary)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env("ANNOTOMY_DATA_DIR", library)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().expect("it was piped");
        let mut server = Self { child };
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            // Reads on after the address, so that the server never blocks on a full pipe.
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if let Some(at) = line.find("http://") {
                    let _ended = sender.send(line[at..].trim().to_owned());
                }
            }
        });
        match receiver.recv_timeout(PATIENCE) {
            Ok(address) => Ok((server, Client::login(&address)?)),
            Err(_) => {
                server.kill();
                Err(Broken::NotStarted("it printed no address".to_owned()))
            }
        }
    }

    /// What it takes now; Linux only, no numbers elsewhere.
    pub(crate) fn memory(&self) -> Memory {
        let status = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(status).unwrap_or_default();
        let bytes = |word: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(word));
            let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
            let kib: Option<f64> = kib.and_then(|kib| kib.parse().ok());
            kib.map_or(f64::NAN, |kib| kib * 1024.0)
        };
        Memory {
            resident: bytes("VmRSS:"),
            peak: bytes("VmHWM:"),
        }
    }

    /// SIGKILL: no destructor and no flush runs in the server.
    pub(crate) fn kill(&mut self) {
        // An error means that it has ended already.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Holds the address and the session of one server.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    host: String,
    cookie: String,
}

impl Client {
    /// Exchanges the token in `address` for the session's cookie.
    fn login(address: &str) -> Result<Self, Broken> {
        let rest = address.trim_start_matches("http://");
        let (host, path) = rest
            .split_once('/')
            .ok_or_else(|| Broken::NotStarted(format!("odd address {address}")))?;
        let mut client = Self {
            host: host.to_owned(),
            cookie: String::new(),
        };
        let answer = client.exchange(&format!("GET /{path}"), b"")?;
        client.cookie = answer
            .header("set-cookie")
            .and_then(|cookie| cookie.split(';').next())
            .ok_or_else(|| Broken::NotStarted("it set no cookie".to_owned()))?
            .to_owned();
        Ok(client)
    }

    /// Sends a command and returns its answer.
    pub(crate) fn call(&self, command: &str, request: &Value) -> Result<Value, Broken> {
        let answer = self.post(command, request)?;
        serde_json::from_slice(&answer).map_err(|_| Broken::Incomplete("not JSON"))
    }

    /// Sends a command and returns the bytes of its answer.
    pub(crate) fn post(&self, command: &str, request: &Value) -> Result<Vec<u8>, Broken> {
        let answer = self.exchange(
            &format!("POST /api/{command}"),
            request.to_string().as_bytes(),
        )?;
        if answer.status != 200 {
            return Err(Broken::Refused {
                command: command.to_owned(),
                status: answer.status,
                body: String::from_utf8_lossy(&answer.body).into_owned(),
            });
        }
        Ok(answer.body)
    }

    /// Asks the bytes door; returns header and body.
    pub(crate) fn bytes(&self, query: &[(&str, String)]) -> Result<Vec<u8>, Broken> {
        let escaped = |text: &str| -> String {
            let escape = |byte: u8| match byte {
                b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => char::from(byte).to_string(),
                byte => format!("%{byte:02X}"),
            };
            text.bytes().map(escape).collect()
        };
        let fields = query.iter();
        let fields: Vec<String> = fields
            .map(|(name, value)| format!("{name}={}", escaped(value)))
            .collect();
        let answer = self.exchange(&format!("GET /bytes?{}", fields.join("&")), b"")?;
        if answer.status != 200 {
            return Err(Broken::Refused {
                command: "bytes".to_owned(),
                status: answer.status,
                body: String::from_utf8_lossy(&answer.body).into_owned(),
            });
        }
        Ok(answer.body)
    }

    /// One request on a connection of its own.
    fn exchange(&self, method_and_path: &str, body: &[u8]) -> Result<Answer, Broken> {
        let mut stream = TcpStream::connect(&self.host)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let host = &self.host;
        let mut message = format!(
            "{method_and_path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n\
             Connection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Cookie: {}\r\n\r\n",
            body.len(),
            self.cookie
        )
        .into_bytes();
        message.extend_from_slice(body);
        stream.write_all(&message)?;
        let mut received = Vec::new();
        stream.read_to_end(&mut received)?;
        Answer::parse(&received)
    }
}

struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Answer {
    /// An answer whose announced length did not arrive is no answer.
    fn parse(received: &[u8]) -> Result<Self, Broken> {
        let end = received
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .ok_or(Broken::Incomplete("no header"))?;
        let head = String::from_utf8_lossy(&received[..end]);
        let mut lines = head.lines();
        let status = lines
            .next()
            .and_then(|line| line.split(' ').nth(1))
            .and_then(|status| status.parse().ok())
            .ok_or(Broken::Incomplete("no status"))?;
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let answer = Self {
            status,
            headers,
            body: received[end + 4..].to_vec(),
        };
        let announced = answer.header("content-length").and_then(|n| n.parse().ok());
        if announced.is_some_and(|length: usize| length != answer.body.len()) {
            return Err(Broken::Incomplete("short body"));
        }
        Ok(answer)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}
