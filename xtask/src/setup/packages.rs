//! System packages: which are needed, which are missing, and their installation on Debian and its
//! relatives. Elsewhere the task names what it looked for and goes on.

use crate::failure::Failure;
use crate::process;

/// What a group of packages is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum System {
    /// Compiling C sources of crates.
    Compiler,
    /// Building the desktop window.
    Webview,
    /// Tests of the user interface in a browser.
    Browser,
    /// Tests of the desktop window without a display.
    Display,
    /// Python and DICOM tools that results are compared with.
    Peers,
}

impl System {
    fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Compiler => &["gcc", "libc6-dev", "pkg-config"],
            Self::Webview => &["libwebkit2gtk-4.1-dev"],
            Self::Browser => &["chromium", "fonts-dejavu-core"],
            Self::Display => &[
                "xvfb",
                "xauth",
                "imagemagick",
                "fonts-liberation",
                "webkit2gtk-driver",
                "libgl1-mesa-dri",
                "libegl1",
            ],
            Self::Peers => &["dcmtk", "dicom3tools", "plastimatch"],
        }
    }
}

/// Installs what is missing, after saying which.
pub(crate) fn install(groups: &[System]) -> Result<(), Failure> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    if !process::works("dpkg-query", &["--version"]) {
        return name_requirements(groups);
    }
    let mut missing: Vec<&str> = groups
        .iter()
        .flat_map(|group| group.packages())
        .copied()
        .filter(|package| !is_installed(package))
        .collect();
    if groups.iter().any(|group| matches!(group, System::Peers))
        && !process::works("python3", &["-c", "import venv, ensurepip"])
    {
        missing.extend(["python3", "python3-venv"]);
    }
    if missing.is_empty() {
        return Ok(());
    }
    println!("Installing system packages: {}", missing.join(" "));
    apt_get(&["update", "-qq"])?;
    let mut arguments = vec!["install", "-y", "-qq", "--no-install-recommends"];
    arguments.extend(missing);
    apt_get(&arguments)
}

fn is_installed(package: &str) -> bool {
    process::output(process::command(
        "dpkg-query",
        &["--show", "--showformat=${db:Status-Status}\n", package],
    ))
    .is_ok_and(|status| status.starts_with(b"installed"))
}

fn apt_get(arguments: &[&str]) -> Result<(), Failure> {
    let mut command = if process::output(process::command("id", &["-u"]))?.trim_ascii() == b"0" {
        process::command("apt-get", arguments)
    } else {
        let mut sudo = process::command("sudo", &["apt-get"]);
        sudo.args(arguments);
        sudo
    };
    command.env("DEBIAN_FRONTEND", "noninteractive");
    process::run(command)
}

fn name_requirements(groups: &[System]) -> Result<(), Failure> {
    let needs_webview = groups.iter().any(|group| matches!(group, System::Webview));
    if needs_webview && !process::works("pkg-config", &["--exists", "webkit2gtk-4.1"]) {
        return Err(Failure::Missing {
            what: "WebKitGTK 4.1 with its development files",
            hint: "install your distribution's package (webkit2gtk-4.1)".to_owned(),
        });
    }
    Ok(())
}
