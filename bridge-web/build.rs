//! Embeds the built widget: each file as it is and compressed, under an entity tag of its content.

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

const SCRIPT: &str = "text/javascript; charset=utf-8";
const FILES: [(&str, &str); 6] = [
    ("widget.js", SCRIPT),
    ("page.html", "text/html; charset=utf-8"),
    ("page.js", SCRIPT),
    ("page.css", "text/css; charset=utf-8"),
    ("en.js", SCRIPT),
    ("ko.js", SCRIPT),
];

#[allow(
    clippy::disallowed_methods,
    reason = "Cargo speaks to a build script by the environment"
)]
fn main() -> Result<(), Box<dyn Error>> {
    let dist = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("widget/dist");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed={}", dist.display());
    let talk = talk(&dist).unwrap_or_else(|| "talk-*.js".to_owned());
    let files = FILES.map(|(name, kind)| (name.to_owned(), kind, false));
    let files: Vec<_> = files.into_iter().chain([(talk, SCRIPT, true)]).collect();
    let mut table = format!("static FILES: [File; {}] = [\n", files.len());
    for (name, kind, hashed) in files {
        let path = dist.join(&name);
        println!("cargo::rerun-if-changed={}", path.display());
        let Ok(plain) = fs::read(&path) else {
            println!("cargo::error=the widget is not built: run `cargo xtask build`");
            return Ok(());
        };
        let compressed = out.join(format!("{name}.gz"));
        fs::write(&compressed, gzip(&plain)?)?;
        let tag = hex::encode(Sha256::digest(&plain));
        writeln!(
            table,
            "File {{ name: {name:?}, kind: {kind:?}, hashed: {hashed}, tag: \"\\\"{}\\\"\", \
             plain: include_bytes!({path:?}), gzip: include_bytes!({compressed:?}) }},",
            &tag[..16]
        )?;
    }
    fs::write(out.join("files.rs"), table + "];\n")?;
    Ok(())
}

/// The chat's part: its name tells its content, `talk-ABCD1234.js`.
fn talk(dist: &Path) -> Option<String> {
    let entries = fs::read_dir(dist).ok()?.flatten();
    let mut names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    names.find(|name| name.starts_with("talk-"))
}

fn gzip(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain)?;
    encoder.finish()
}
