//! Embeds the built widget: each file as it is and compressed, under an entity tag of its content.

use std::{env, error::Error, fmt::Write as _, fs, io::Write as _, path::PathBuf};

use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

const FILES: [(&str, &str); 6] = [
    ("widget.js", "text/javascript; charset=utf-8"),
    ("page.html", "text/html; charset=utf-8"),
    ("page.js", "text/javascript; charset=utf-8"),
    ("page.css", "text/css; charset=utf-8"),
    ("en.js", "text/javascript; charset=utf-8"),
    ("ko.js", "text/javascript; charset=utf-8"),
];

#[allow(
    clippy::disallowed_methods,
    reason = "Cargo speaks to a build script by the environment"
)]
fn main() -> Result<(), Box<dyn Error>> {
    let dist = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("widget/dist");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut table = format!("static FILES: [File; {}] = [\n", FILES.len());
    for (name, kind) in FILES {
        let path = dist.join(name);
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
            "File {{ name: {name:?}, kind: {kind:?}, tag: \"\\\"{}\\\"\", \
             plain: include_bytes!({path:?}), gzip: include_bytes!({compressed:?}) }},",
            &tag[..16]
        )?;
    }
    fs::write(out.join("files.rs"), table + "];\n")?;
    Ok(())
}

fn gzip(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain)?;
    encoder.finish()
}
