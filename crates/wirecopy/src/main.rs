//! The `wirecopy` binary: everything is in the library's [`wirecopy::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    wirecopy::cli::main()
}
