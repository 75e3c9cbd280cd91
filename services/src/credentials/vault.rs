//! Secrets at rest: `XChaCha20-Poly1305` under a server key that lies in a file outside the database, so that a copy of the
//! database alone signs nothing.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};

use crate::error::{Error, Result};

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;

/// Seals and opens secrets. Cheap to clone; the key is read once.
#[derive(Clone)]
pub(crate) struct Vault {
    file: Arc<Path>,
    cipher: Arc<OnceLock<XChaCha20Poly1305>>,
}

impl Vault {
    /// A vault whose key is in `file`; nothing is read or made yet.
    pub fn new(file: &Path) -> Self {
        Self { file: file.into(), cipher: Arc::default() }
    }

    /// Seals `secret` for the access key `id`. With `first`, no secret was ever sealed: a server key is made where there is none.
    ///
    /// # Errors
    /// `Internal` where the key's file cannot be read or made.
    pub fn seal(&self, id: &str, secret: &str, first: bool) -> Result<String> {
        let nonce: [u8; NONCE_BYTES] = rand::random();
        let payload = Payload { msg: secret.as_bytes(), aad: id.as_bytes() };
        let sealed = self.cipher(first)?.encrypt(&XNonce::from(nonce), payload).map_err(Error::internal)?;
        Ok(hex(&nonce) + &hex(&sealed))
    }

    /// The secret of the access key `id`.
    ///
    /// # Errors
    /// `Internal`, with the file's name, where the key is lost or is not the one that sealed it.
    pub fn open(&self, id: &str, sealed: &str) -> Result<String> {
        let wrong = || Error::Internal(format!("{}: not the server key that sealed {id}", self.file.display()));
        let bytes = bytes(sealed).ok_or_else(wrong)?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or_else(wrong)?;
        let payload = Payload { msg: sealed, aad: id.as_bytes() };
        let secret = self.cipher(false)?.decrypt(&XNonce::from(*nonce), payload).map_err(|_| wrong())?;
        String::from_utf8(secret).map_err(Error::internal)
    }

    fn cipher(&self, make: bool) -> Result<&XChaCha20Poly1305> {
        if let Some(cipher) = self.cipher.get() {
            return Ok(cipher);
        }
        let key = match read(&self.file) {
            Err(error) if make && error.kind() == std::io::ErrorKind::NotFound => self.make()?,
            key => key.map_err(|error| self.failed(&error))?,
        };
        Ok(self.cipher.get_or_init(|| XChaCha20Poly1305::new(&Key::from(key))))
    }

    /// A new key, readable by its owner alone. Where another process was quicker, that one's.
    fn make(&self) -> Result<[u8; KEY_BYTES]> {
        let key: [u8; KEY_BYTES] = rand::random();
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&self.file) {
            Ok(mut file) => {
                file.write_all(hex(&key).as_bytes())
                    .and_then(|()| file.sync_all())
                    .map_err(|error| self.failed(&error))?;
                Ok(key)
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                read(&self.file).map_err(|error| self.failed(&error))
            }
            Err(error) => Err(self.failed(&error)),
        }
    }

    fn failed(&self, error: &std::io::Error) -> Error {
        Error::Internal(format!("the server key {}: {error}", self.file.display()))
    }
}

fn read(file: &Path) -> std::io::Result<[u8; KEY_BYTES]> {
    let mut text = String::new();
    std::fs::File::open(file)?.take(1024).read_to_string(&mut text)?;
    let key = bytes(text.trim()).and_then(|bytes| bytes.try_into().ok());
    key.ok_or_else(|| std::io::Error::other("is not 64 hexadecimal digits"))
}

/// Lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.as_bytes();
    if !digits.len().is_multiple_of(2) || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok()).collect()
}
