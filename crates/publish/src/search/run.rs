//! Runs: the lists of a level that were put aside while it is made, sorted as they will be needed.
//!
//! A level of a large archive does not fit memory. Its lists are gathered as long as there is room, written out by
//! shard and term, and read back side by side. A run is written and read by the same program within one build.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{self, Read, Write};

use crate::search::postings::List;
use crate::search::terms::Term;

/// The list of a term within one run.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Record {
    pub(crate) shard: u32,
    pub(crate) term: Term,
    /// The place of its run among the runs, which is that of its documents among all.
    run: usize,
    pub(crate) list: List,
}

/// Numbers before a record's term: its shard, where its list goes on, and the lengths of term and list.
const HEAD: usize = 4;

/// Writes the next list of a run; the caller gives them by shard and term.
pub(crate) fn write(
    run: &mut dyn Write,
    (shard, term): (u32, &str),
    list: &List,
) -> io::Result<()> {
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).map_err(io::Error::other);
    let (term, bytes) = (term.as_bytes(), list.as_bytes());
    for number in [shard, list.next(), length(term)?, length(bytes)?] {
        run.write_all(&number.to_le_bytes())?;
    }
    run.write_all(term)?;
    run.write_all(bytes)
}

/// Hands over the lists of all runs by shard and term, those of one term joined. All lists begin at `start`.
pub(crate) fn merge<E: From<io::Error>>(
    mut runs: Vec<Box<dyn Read + '_>>,
    start: u32,
    give: &mut dyn FnMut(Record) -> Result<(), E>,
) -> Result<(), E> {
    let mut heads = BinaryHeap::with_capacity(runs.len());
    for (number, run) in runs.iter_mut().enumerate() {
        heads.extend(read(run, number)?.map(Reverse));
    }
    let mut joined: Option<Record> = None;
    while let Some(Reverse(record)) = heads.pop() {
        heads.extend(read(&mut runs[record.run], record.run)?.map(Reverse));
        match &mut joined {
            Some(before) if before.term == record.term => before.list.join(&record.list, start),
            before => before.replace(record).map_or(Ok(()), &mut *give)?,
        }
    }
    joined.map_or(Ok(()), give)
}

/// The next list of a run; `None` at its end.
fn read(run: &mut dyn Read, number: usize) -> io::Result<Option<Record>> {
    let mut head = [[0; 4]; HEAD];
    let first = run.read(&mut head.as_flattened_mut()[..1])?;
    if first == 0 {
        return Ok(None);
    }
    run.read_exact(&mut head.as_flattened_mut()[1..])?;
    let [shard, next, term, list] = head.map(u32::from_le_bytes);
    let mut bytes = vec![0; term as usize];
    run.read_exact(&mut bytes)?;
    let term = Term::from_utf8(bytes).map_err(io::Error::other)?;
    let mut bytes = vec![0; list as usize];
    run.read_exact(&mut bytes)?;
    Ok(Some(Record {
        shard,
        term,
        run: number,
        list: List::put_aside(next, bytes),
    }))
}
