//! Unpacks one stream after the other with the same state: to set one up for each costs more than a short stream does.

use flate2::{Decompress, FlushDecompress, Status};

#[derive(Debug)]
pub(super) struct Inflater(Decompress);

impl Default for Inflater {
    fn default() -> Inflater {
        Inflater(Decompress::new(true))
    }
}

impl Inflater {
    /// What was packed, which is of that size; `None` where it is damaged.
    pub(super) fn inflated(&mut self, packed: &[u8], size: usize) -> Option<Vec<u8>> {
        self.0.reset(true);
        // Room beyond the end lets the sum after it be read and checked in the same call.
        let mut bytes = Vec::with_capacity(size + 1);
        let finish = FlushDecompress::Finish;
        let ended = self.0.decompress_vec(packed, &mut bytes, finish);
        let whole = ended.is_ok_and(|status| status == Status::StreamEnd) && bytes.len() == size;
        whole.then_some(bytes)
    }
}
