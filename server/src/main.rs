//! The program `partner-center`.
#![recursion_limit = "512"]

use std::process::ExitCode;

use clap::Parser as _;

/// Rendering a page can wait for a password being hashed or a file being read; with one worker it would wait for itself.
const LEAST_WORKERS: usize = 4;

fn main() -> ExitCode {
    let command = server::cli::Cli::parse();
    let workers = std::thread::available_parallelism().map_or(LEAST_WORKERS, |cores| cores.get().max(LEAST_WORKERS));
    match tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build() {
        Ok(runtime) => runtime.block_on(server::cli::run(command)),
        Err(error) => {
            eprintln!("partner-center: cannot start: {error}");
            ExitCode::FAILURE
        }
    }
}
