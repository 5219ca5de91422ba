//! The OpenAPI document of the command list, and the TypeScript types made from it.

use crate::failure::Failure;
use crate::places;
use crate::process;
use std::path::PathBuf;

struct Generated {
    path: PathBuf,
    content: Vec<u8>,
}

/// Writes the generated files.
pub(crate) fn write() -> Result<(), Failure> {
    for file in generate()? {
        std::fs::write(&file.path, file.content).map_err(|source| Failure::File {
            path: file.path.clone(),
            source,
        })?;
    }
    Ok(())
}

/// Fails when a generated file is not what its source says.
pub(crate) fn check() -> Result<(), Failure> {
    let stale: Vec<String> = generate()?
        .iter()
        .filter(|file| std::fs::read(&file.path).ok().as_ref() != Some(&file.content))
        .map(|file| file.path.display().to_string())
        .collect();
    if stale.is_empty() {
        Ok(())
    } else {
        Err(Failure::Stale(stale))
    }
}

fn generate() -> Result<[Generated; 2], Failure> {
    process::build_programs()?;
    let binary = places::binary("debug", "annotomy");
    let document = process::command(&binary.to_string_lossy(), &["openapi"]);
    let document = process::output(document)?;
    let scratch = places::target().join("openapi.json");
    std::fs::write(&scratch, &document).map_err(|source| Failure::File {
        path: scratch.clone(),
        source,
    })?;
    let types = process::output(tool(
        "openapi-typescript",
        &[
            &scratch.to_string_lossy(),
            "--root-types",
            "--root-types-no-schema-prefix",
        ],
    ))?;
    Ok([
        formatted("src/host/openapi.json", &document)?,
        formatted("src/host/wire.ts", &types)?,
    ])
}

/// The content as the formatter of the user interface writes it, so that its check agrees.
fn formatted(name: &str, content: &[u8]) -> Result<Generated, Failure> {
    Ok(Generated {
        path: places::ui().join(name),
        content: process::filter(tool("prettier", &["--stdin-filepath", name]), content)?,
    })
}

/// A program that npm installed for the user interface.
fn tool(name: &str, arguments: &[&str]) -> std::process::Command {
    let mut npm = process::npm(&["exec", "--offline", "--", name]);
    npm.args(arguments);
    npm
}
