//! The project's own commands, started as `cargo xtask <command>`.

#![expect(
    clippy::print_stdout,
    reason = "a command line tool talks on standard output"
)]

mod bench;
mod crash;
mod data;
mod failure;
mod fuzz;
mod generate;
mod places;
mod process;
mod random;
mod run;
mod server;
mod setup;
mod tally;
mod test;

use failure::Failure;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <command>

  run                 set up what is missing and open the app
  test [STEP...]      all tests, or some of: rust conformance ui e2e desktop crash
  bench [PART...]     measure speed beside the peers: load formats reslice algorithms automation
                      cancel classifier seeds snake surfaces edits viewer window
  data                fetch real images for the conformance table into target/data
  generate [--check]  write the OpenAPI document and the TypeScript wire types, or say if stale
  fuzz [NAME|all]     damage files of a format until something breaks, --minutes N (1) each;
                      without a name, list the names
  setup               set up everything that building and testing needs
  soak [N]            kill the server N times (1000) while it paints; lose nothing
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match dispatch(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(words: &[&str]) -> Result<(), Failure> {
    match words {
        ["run"] => run::run(),
        ["test", steps @ ..] => test::test(steps),
        ["bench", parts @ ..] => bench::bench(parts),
        ["data"] => {
            setup::for_tests()?;
            data::fetch().map(|folder| println!("{}", folder.display()))
        }
        ["generate"] => generate::write(),
        ["generate", "--check"] => generate::check(),
        ["fuzz", words @ ..] => fuzz::fuzz(words),
        ["soak"] => crash::crash(1000),
        ["soak", n] => crash::crash(n.parse().map_err(|_| Failure::Usage(USAGE))?),
        ["setup"] => setup::for_tests(),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => Err(Failure::Usage(USAGE)),
    }
}
