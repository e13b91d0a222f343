//! Embeds the built widget and console: each file as it is and compressed, under an entity tag of its content.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

/// What must be there; the parts loaded on demand have names that nobody can know before.
const FOLDERS: [(&str, &[&str]); 2] = [
    (
        "widget/dist",
        &[
            "widget.js",
            "page.html",
            "page.js",
            "page.css",
            "en.js",
            "ko.js",
        ],
    ),
    (
        "console/dist",
        &[
            "console.html",
            "console-widget.html",
            "console.js",
            "console.css",
        ],
    ),
];

#[allow(
    clippy::disallowed_methods,
    reason = "Cargo speaks to a build script by the environment"
)]
fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut table = String::from("static FILES: &[File] = &[\n");
    for (folder, wanted) in FOLDERS {
        let folder = root.join(folder);
        println!("cargo::rerun-if-changed={}", folder.display());
        let names = built(&folder);
        if !wanted
            .iter()
            .all(|name| names.iter().any(|found| found == name))
        {
            println!("cargo::error=widget and console are not built: run `cargo xtask build`");
            return Ok(());
        }
        for name in names {
            let path = folder.join(&name);
            println!("cargo::rerun-if-changed={}", path.display());
            table += &entry(&name, &path, &out)?;
        }
    }
    fs::write(out.join("files.rs"), table + "];\n")?;
    Ok(())
}

fn built(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| kind(name).is_some())
        .collect();
    names.sort();
    names
}

fn entry(name: &str, path: &Path, out: &Path) -> Result<String, Box<dyn Error>> {
    let plain = fs::read(path)?;
    let compressed = out.join(format!("{name}.gz"));
    fs::write(&compressed, gzip(&plain)?)?;
    let tag = hex::encode(Sha256::digest(&plain));
    let mut entry = String::new();
    writeln!(
        entry,
        "File {{ name: {name:?}, kind: {:?}, hashed: {}, tag: \"\\\"{}\\\"\", \
         plain: include_bytes!({path:?}), gzip: include_bytes!({compressed:?}) }},",
        kind(name).unwrap_or_default(),
        hashed(name),
        &tag[..16]
    )?;
    Ok(entry)
}

fn kind(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "js" => Some("text/javascript; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "html" => Some("text/html; charset=utf-8"),
        _ => None,
    }
}

/// A part loaded on demand: its name tells its content, `talk-ABCD1234.js`.
fn hashed(name: &str) -> bool {
    let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
    let end = stem.rsplit_once('-').map_or("", |(_, end)| end);
    end.len() == 8
        && end
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

fn gzip(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain)?;
    encoder.finish()
}
