//! Unpacked files that are held because others may lie in the pack as changes to them. Files that were recorded one
//! after the other do, each as changes to the one before: held, each costs its own changes and not those of all before.

use std::collections::{HashMap, VecDeque};

/// Bytes that are held of a volume.
pub(super) const MOST: usize = 16 << 20;

/// A file of more than this part of the room would drive all others out.
const LARGE: usize = 16;

/// The latest files by where they begin in their pack, within a number of bytes.
#[derive(Debug)]
pub(super) struct Held {
    files: HashMap<u64, Vec<u8>>,
    order: VecDeque<u64>,
    bytes: usize,
    room: usize,
}

impl Held {
    /// Nothing yet, and at most so many bytes.
    pub(super) fn within(room: usize) -> Held {
        Held {
            files: HashMap::new(),
            order: VecDeque::new(),
            bytes: 0,
            room,
        }
    }

    /// The file that begins there.
    pub(super) fn file(&self, start: u64) -> Option<&[u8]> {
        self.files.get(&start).map(Vec::as_slice)
    }

    /// Holds a file, and lets the oldest go for it.
    pub(super) fn put(&mut self, start: u64, file: &[u8]) {
        if file.len() > self.room / LARGE || self.files.contains_key(&start) {
            return;
        }
        self.files.insert(start, file.to_vec());
        self.order.push_back(start);
        self.bytes += file.len();
        while self.bytes > self.room
            && let Some(oldest) = self.order.pop_front()
        {
            self.bytes -= self.files.remove(&oldest).map_or(0, |file| file.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Held;

    #[test]
    fn the_latest_files_are_held_within_the_room() {
        let mut held = Held::within(160);
        for start in 0..40 {
            held.put(start, &[7; 10]);
        }
        let kept: Vec<u64> = (0..40)
            .filter(|start| held.file(*start).is_some())
            .collect();
        assert_eq!(kept, (24..40).collect::<Vec<_>>());
        assert_eq!(held.bytes, 160);
    }

    #[test]
    fn a_large_file_drives_no_other_out() {
        let mut held = Held::within(160);
        held.put(1, &[7; 10]);
        held.put(2, &[7; 11]);
        assert_eq!((held.file(1), held.file(2)), (Some(&[7; 10][..]), None));
    }
}
