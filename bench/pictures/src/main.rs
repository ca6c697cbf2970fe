//! A worker for `compare.mjs`: a line of its input is a job, a line of its output what came of it. Jobs are
//! `make<tab>query<tab>picture<tab>output`, answered by processor time in nanoseconds and bytes, and
//! `score<tab>reference.png<tab>picture.png`, answered by SSIMULACRA2's points.

use std::error::Error;
use std::io::{BufRead, Write};
use std::time::Duration;

use fast_ssim2::{PixelDescriptor, PixelSlice, Ssimulacra2Reference};
use rustix::time::{ClockId, clock_gettime};
use wirecopy_picture::request::Ask;
use wirecopy_picture::{Limits, transform};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn Error>> {
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let job: Vec<&str> = line.split('\t').collect();
        let told = match job.as_slice() {
            ["make", query, picture, output] => make(query, picture, output)?,
            ["score", reference, picture] => score(reference, picture)?,
            _ => return Err(format!("no job: {line}").into()),
        };
        println!("{told}");
        std::io::stdout().flush()?;
    }
    Ok(())
}

/// From the file to the file, as sharp is asked to; the time of every thread counts.
fn make(query: &str, picture: &str, output: &str) -> Result<String, Box<dyn Error>> {
    let begun = processor_time();
    let file = std::fs::read(picture)?;
    let answer = transform(&file, &Ask::parse(query).request, &Limits::default())?;
    std::fs::write(output, &answer.bytes)?;
    let taken = processor_time() - begun;
    Ok(format!("{} {}", taken.as_nanos(), answer.bytes.len()))
}

fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}

fn score(reference: &str, picture: &str) -> Result<String, Box<dyn Error>> {
    let [reference, picture] =
        [reference, picture].map(|path| image::open(path).map(|p| p.into_rgb8()));
    let (reference, picture) = (reference?, picture?);
    let slice = |pixels| {
        let (width, height) = reference.dimensions();
        PixelSlice::new(
            pixels,
            width,
            height,
            width as usize * 3,
            PixelDescriptor::RGB8_SRGB,
        )
    };
    let prepared = Ssimulacra2Reference::new(&slice(reference.as_raw())?)?;
    Ok(prepared.compare(&slice(picture.as_raw())?)?.to_string())
}
