//! The `wirecopy` binary: everything is in the library's [`wirecopy::cli`].

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Pages are made of many small strings: with the C library's allocator a build takes a twelfth more user time.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    wirecopy::cli::main()
}
