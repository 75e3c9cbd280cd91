//! Numbers that look random and are the same on every machine and with every version of every library: the demo data must
//! not change because a dependency did.

/// A generator (`SplitMix64`) with a stream of its own for each place it is used at.
pub(super) struct Random(u64);

impl Random {
    /// The stream for `place`, e.g. (customer, resource, month). Equal seeds and places give equal streams.
    pub(super) fn at(seed: u64, place: &[u64]) -> Self {
        let mut stream = Self(seed);
        for part in place {
            stream.0 = stream.draw() ^ part.wrapping_mul(0xff51_afd7_ed55_8ccd);
        }
        stream
    }

    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.abs_diff(low).saturating_add(1);
        low.saturating_add_unsigned(self.draw() % span)
    }

    /// True `permille` times in a thousand.
    pub(super) fn chance(&mut self, permille: i64) -> bool {
        self.between(1, 1000) <= permille
    }

    /// One of `items`, which must not be empty.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let index = self.draw() % items.len() as u64;
        &items[usize::try_from(index).unwrap_or_default()]
    }

    /// That many hexadecimal digits, 32 at most.
    pub(super) fn hex(&mut self, digits: usize) -> String {
        let mut text = format!("{:016x}{:016x}", self.draw(), self.draw());
        text.truncate(digits);
        text
    }

    /// A text in the form of a UUID.
    pub(super) fn uuid(&mut self) -> String {
        let hex = self.hex(32);
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }
}

/// A place in a stream's name.
pub(super) fn place(index: usize) -> u64 {
    index as u64
}
