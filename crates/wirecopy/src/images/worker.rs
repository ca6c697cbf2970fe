//! The inside of a worker process: reads a request and a file from its standard input, writes the answer to its
//! standard output, and again. It opens nothing and asks nobody; the system ends it when it takes more memory than it
//! may. So a
//! decoder's crash, hang or greed ends one answer and no more.

use std::io::{self, ErrorKind, Read, Write};

use wirecopy_picture::rendition::{Recipe, renditions};
use wirecopy_picture::request::Ask;
use wirecopy_picture::{Answer, Failure, Limits, likeness, transform};

use crate::images::renditions::parcel;

/// The command that makes the program a worker.
pub const COMMAND: &str = "picture-worker";

/// The longest request or file that is read, in bytes; above what is ever fetched.
pub(super) const MAX_BYTES: u64 = 256 << 20;

/// The first byte of an answer.
pub(super) const MADE: u8 = 1;

/// The first byte of a sentence that says why there is none.
pub(super) const REFUSED: u8 = 0;

/// Works until the input ends.
///
/// # Errors
/// When the input breaks off or the output is closed.
pub fn work(memory: u64, mut input: impl Read, mut output: impl Write) -> io::Result<()> {
    confine(memory)?;
    while let Some(query) = read(&mut input)? {
        let file = read(&mut input)?.ok_or(ErrorKind::UnexpectedEof)?;
        let query = String::from_utf8_lossy(&query);
        match answer(&query, &file) {
            Ok(answer) => {
                output.write_all(&[MADE])?;
                write(&mut output, answer.media_type.as_bytes())?;
                write(&mut output, answer.extension.as_bytes())?;
                write(&mut output, &answer.bytes)?;
            }
            Err(failure) => {
                output.write_all(&[REFUSED])?;
                write(&mut output, failure.to_string().as_bytes())?;
            }
        }
        output.flush()?;
    }
    Ok(())
}

/// Asks for a picture's [`likeness`] instead of a picture. No query that comes from outside has this form.
pub(super) const LIKENESS: &str = "?likeness";

fn answer(query: &str, file: &[u8]) -> Result<Answer, Failure> {
    let limits = Limits::default();
    if let Some(recipe) = parcel::asked(query) {
        return parcel(file, &recipe, &limits);
    }
    if query != LIKENESS {
        return transform(file, &Ask::parse(query).request, &limits);
    }
    let bits = likeness(file, &limits)?;
    Ok(Answer {
        bytes: bits.to_be_bytes().to_vec(),
        media_type: "application/octet-stream",
        extension: "",
    })
}

fn parcel(file: &[u8], recipe: &Recipe, limits: &Limits) -> Result<Answer, Failure> {
    let made = renditions(file, recipe, limits)?;
    Ok(Answer {
        bytes: parcel::pack(&made),
        media_type: made.media_type,
        extension: "",
    })
}

/// A length in eight bytes and so many bytes; `None` at the end of the input.
fn read(input: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 8];
    match input.read_exact(&mut length) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let length = u64::from_le_bytes(length);
    if length > MAX_BYTES {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut bytes = Vec::new();
    input.take(length).read_to_end(&mut bytes)?;
    match bytes.len() as u64 == length {
        true => Ok(Some(bytes)),
        false => Err(ErrorKind::UnexpectedEof.into()),
    }
}

fn write(output: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    output.write_all(&(bytes.len() as u64).to_le_bytes())?;
    output.write_all(bytes)
}

/// No more memory than this, no file, no socket, no other process, no core dump.
#[cfg(target_os = "linux")]
fn confine(memory: u64) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let bounds = [
        (Resource::As, memory),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        (Resource::Nofile, 0),
        (Resource::Nproc, 0),
    ];
    for (resource, most) in bounds {
        let most = Some(most);
        setrlimit(
            resource,
            Rlimit {
                current: most,
                maximum: most,
            },
        )?;
    }
    Ok(())
}

/// Elsewhere the deadline and the limits on headers must do.
#[cfg(not(target_os = "linux"))]
fn confine(_memory: u64) -> io::Result<()> {
    Ok(())
}
