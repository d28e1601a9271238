//! The program `lobby`: reads the command line and lets `lobby::app` do the rest.

use clap::Parser;
use lobby::app::cli::Cli;

fn main() -> std::process::ExitCode {
    match lobby::app::main(Cli::parse()) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            use std::io::Write;
            let _ = writeln!(std::io::stderr(), "lobby: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}
