//! Text as UTF-8, whatever its encoding: UTF-8, UTF-16 with a byte order mark, GB18030 (and so GBK).
//!
//! ASCII passes through untouched, so that the usual file costs nothing. What the first other bytes are decides.

use std::io::Read;

use encoding_rs::{Decoder, Encoding, GB18030, UTF_16BE, UTF_16LE};

/// Bytes that are looked at to tell the encoding.
const LOOKED_AT: usize = 64 << 10;

enum State {
    /// The very beginning: there may be a byte order mark.
    Start,
    /// Only ASCII so far.
    Ascii,
    /// UTF-8, or nothing that we know: what is no text is told row by row.
    Through,
    /// Another encoding; `input` from `at` on is not decoded yet.
    Decoding { decoder: Decoder, ended: bool },
}

/// A reader of UTF-8.
pub struct Decoded {
    inner: Box<dyn Read + Send>,
    state: State,
    /// Bytes that were looked at and not handed out yet.
    input: Vec<u8>,
    at: usize,
    /// Decoded text that is not handed out yet.
    output: Vec<u8>,
    out_at: usize,
}

impl Decoded {
    /// A reader of what `inner` has.
    pub fn new(inner: Box<dyn Read + Send>) -> Self {
        Self { inner, state: State::Start, input: Vec::new(), at: 0, output: Vec::new(), out_at: 0 }
    }

    /// Reads on until so many bytes are there to be looked at, or the end.
    fn look(&mut self, count: usize) -> std::io::Result<()> {
        let missing = count.saturating_sub(self.input.len());
        (&mut self.inner).take(missing as u64).read_to_end(&mut self.input)?;
        Ok(())
    }

    fn decode_as(&mut self, encoding: &'static Encoding) {
        self.state = State::Decoding { decoder: encoding.new_decoder_with_bom_removal(), ended: false };
    }

    fn hand_out(&mut self, buffer: &mut [u8]) -> usize {
        let rest = &self.input[self.at..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.at += count;
        if self.at == self.input.len() {
            self.input.clear();
            self.at = 0;
        }
        count
    }

    /// Decodes some more; nothing comes only at the end.
    fn decode(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let State::Decoding { decoder, ended } = &mut self.state else { return Ok(0) };
        while self.out_at == self.output.len() {
            if *ended {
                return Ok(0);
            }
            if self.at == self.input.len() {
                self.input.clear();
                self.at = 0;
                (&mut self.inner).take(LOOKED_AT as u64).read_to_end(&mut self.input)?;
            }
            let last = self.input.is_empty();
            let rest = &self.input[self.at..];
            let room = decoder.max_utf8_buffer_length(rest.len()).unwrap_or(LOOKED_AT * 4);
            self.output.resize(room, 0);
            let (_, read, written, _) = decoder.decode_to_utf8(rest, &mut self.output, last);
            self.output.truncate(written);
            self.out_at = 0;
            self.at += read;
            *ended = last;
        }
        let count = (self.output.len() - self.out_at).min(buffer.len());
        buffer[..count].copy_from_slice(&self.output[self.out_at..self.out_at + count]);
        self.out_at += count;
        Ok(count)
    }
}

impl Read for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if matches!(self.state, State::Start) {
            self.look(2)?;
            match Encoding::for_bom(&self.input) {
                Some((encoding, _)) if encoding == UTF_16LE || encoding == UTF_16BE => self.decode_as(encoding),
                _ => self.state = State::Ascii,
            }
        }
        if matches!(self.state, State::Decoding { .. }) {
            return self.decode(buffer);
        }
        if !self.input.is_empty() && matches!(self.state, State::Through) {
            return Ok(self.hand_out(buffer));
        }
        if matches!(self.state, State::Through) {
            return self.inner.read(buffer);
        }
        let count = if self.input.is_empty() { self.inner.read(buffer)? } else { self.hand_out(buffer) };
        if buffer[..count].is_ascii() {
            return Ok(count);
        }
        // the first bytes that are no ASCII: they, and what follows, tell the encoding
        let mut seen = buffer[..count].to_vec();
        seen.append(&mut self.input.split_off(self.at));
        (self.input, self.at) = (seen, 0);
        self.look(LOOKED_AT)?;
        if is_gb18030(&self.input) {
            self.decode_as(GB18030);
            return self.decode(buffer);
        }
        self.state = State::Through;
        Ok(self.hand_out(buffer))
    }
}

/// Whether bytes are rather GB18030 than UTF-8. A file of one encoding may have a broken place, so what prevails counts.
fn is_gb18030(bytes: &[u8]) -> bool {
    let (mut good, mut bad, mut rest) = (0_usize, 0_usize, bytes);
    while !rest.is_empty() {
        let (valid, skip) = match std::str::from_utf8(rest) {
            Ok(_) => (rest.len(), 0),
            // cut off at the end of what is looked at
            Err(error) if error.error_len().is_none() => (error.valid_up_to(), rest.len()),
            Err(error) => {
                bad += 1;
                (error.valid_up_to(), error.error_len().unwrap_or(1))
            }
        };
        // the lead bytes of characters
        good += rest[..valid].iter().filter(|byte| **byte >= 0xc0).count();
        rest = rest.get(valid + skip..).unwrap_or_default();
    }
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    let mut text = vec![0; decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len() * 4)];
    bad > good && !decoder.decode_to_utf8(bytes, &mut text, false).3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: Vec<u8>) -> Vec<u8> {
        let mut out = Vec::new();
        Decoded::new(Box::new(std::io::Cursor::new(bytes))).read_to_end(&mut out).unwrap();
        out
    }

    #[test]
    fn each_encoding_gives_the_same_text() {
        let long = "BilledCost,1.5\n".repeat(20_000);
        for text in ["", "a,b\n1,2\n", "客户名称,应付金额\n北京云帆,￥1.50\n", &(long + "客户,名称\n") as &str]
        {
            assert_eq!(read(text.as_bytes().to_vec()), text.as_bytes());
            assert_eq!(read(GB18030.encode(text).0.into_owned()), text.as_bytes());
            for big in [false, true] {
                let unit = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
                let bytes: Vec<u8> = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(unit).collect();
                assert_eq!(String::from_utf8(read(bytes)).unwrap(), text);
            }
        }
    }

    #[test]
    fn utf_8_with_a_broken_place_stays_utf_8() {
        let mut bytes = "客户名称,应付金额\n".repeat(20).into_bytes();
        bytes.extend_from_slice(b"\xff\xfe,1\n");
        assert_eq!(read(bytes.clone()), bytes);
    }
}
