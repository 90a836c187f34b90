//! Gives a release build its page.
//!
//! The package `page/` compiles the app for wasm32. This script runs wasm-bindgen as a library, names
//! every file by its content, compresses it, and writes `page.rs`: the list that `src/relay/page.rs`
//! includes.
//! A debug build carries no page, unless `TRILL_PAGE=1` asks for an unoptimised one.
//! Trunk reads `static/index.html` too; its `data-trunk` attributes mean here what they mean there.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "relay")]
    if let Err(problem) = page::describe().and_then(|()| page::write()) {
        println!("cargo::error={problem}");
    }
}

#[cfg(feature = "relay")]
mod page {
    use std::collections::hash_map::DefaultHasher;
    use std::fmt::Write as _;
    use std::hash::Hasher;
    use std::io::Write as _;
    use std::path::{Path, PathBuf};
    use std::process::Command;
    use std::{env, fs};

    use trill_page::Result;

    /// Path and bytes of a file of the page.
    type File = (String, Vec<u8>);

    pub(crate) fn write() -> Result<()> {
        println!("cargo::rerun-if-env-changed=TRILL_PAGE");
        let package = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
        let out = PathBuf::from(variable("OUT_DIR")?);
        let files = match trill_page::compile(&package)? {
            Some(wasm) => {
                for source in trill_page::SOURCES.iter().chain(&["static"]) {
                    println!("cargo::rerun-if-changed={source}");
                }
                files(&wasm, &out)?
            }
            None => Vec::new(),
        };
        write_list(&out, &files)
    }

    /// Tells the program its compiler and target. `cargo run` passes them as variables too.
    pub(crate) fn describe() -> Result<()> {
        println!("cargo::rustc-env=BUILT_BY={}", ask_rustc(&["--version"])?);
        println!("cargo::rustc-env=BUILT_FOR={}", variable("TARGET")?);
        Ok(())
    }

    fn variable(name: &str) -> Result<String> {
        env::var(name).map_err(|error| format!("cargo's variable {name}: {error}").into())
    }

    fn ask_rustc(arguments: &[&str]) -> Result<String> {
        let output = Command::new(variable("RUSTC")?).args(arguments).output()?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    fn read(path: &Path) -> Result<Vec<u8>> {
        fs::read(path).map_err(|error| format!("{}: {error}", path.display()).into())
    }

    /// The page's files, the document last, because it names the others.
    fn files(wasm: &Path, out: &Path) -> Result<Vec<File>> {
        let bindings = out.join("bindings");
        bind(wasm, &bindings)?;
        let page = String::from_utf8(read(Path::new("static/index.html"))?)?;
        let (mut files, mut renamed) = (Vec::new(), Vec::new());
        for name in ["app_bg.wasm", "app.js"] {
            renamed.push((name, add(&mut files, name, read(&bindings.join(name))?)));
        }
        let (mut document, mut style) = (String::new(), Vec::new());
        for line in page.lines() {
            let kind = attribute(line, "data-trunk rel");
            let href = attribute(line, "href").unwrap_or_default();
            let source = Path::new("static").join(href);
            match kind {
                None => document.extend([line, "\n"]),
                Some("css") => {
                    let text = String::from_utf8(read(&source)?)?;
                    style.extend(without_comments(&text).into_bytes());
                }
                Some("inline") => {
                    let text = String::from_utf8(read(&source)?)?;
                    writeln!(document, "<style>{}</style>", without_comments(&text))?;
                }
                Some("icon") => {
                    let path = add(&mut files, href, read(&source)?);
                    writeln!(document, r#"<link rel="icon" href="{path}">"#)?;
                }
                Some("copy-file") => renamed.push((href, add(&mut files, href, read(&source)?))),
                Some(_) => {}
            }
        }
        let path = add(&mut files, "trill.css", style);
        // In the body, where it keeps nothing back that stands before it.
        let link = format!("<link rel=\"stylesheet\" href=\"{path}\">\n</body>");
        document = document.replace("</body>", &link);
        for (name, path) in renamed {
            document = document.replace(&format!("\"/{name}\""), &format!("\"{path}\""));
        }
        files.push(("/".to_owned(), document.into_bytes()));
        Ok(files)
    }

    /// Style sheet without its comments, which no browser needs.
    fn without_comments(style: &str) -> String {
        let mut plain = String::new();
        let mut rest = style;
        while let Some((before, comment)) = rest.split_once("/*") {
            plain.push_str(before);
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
        }
        plain + rest
    }

    /// The value of `name="…"` in a line that holds one tag.
    fn attribute<'a>(line: &'a str, name: &str) -> Option<&'a str> {
        let start = line.find(&format!("{name}=\""))? + name.len() + 2;
        line[start..].split('"').next()
    }

    /// Adds a file under a path that names its content, so that browsers may cache it for good.
    fn add(files: &mut Vec<File>, name: &str, bytes: Vec<u8>) -> String {
        let mut hasher = DefaultHasher::new();
        hasher.write(&bytes);
        let name = name.rsplit('/').next().unwrap_or(name);
        let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
        let path = format!("/{stem}-{:016x}.{extension}", hasher.finish());
        files.push((path.clone(), bytes));
        path
    }

    fn bind(wasm: &Path, folder: &Path) -> Result<()> {
        let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
        bindgen.input_path(wasm).out_name("app").typescript(false);
        bindgen.omit_default_module_path(true).web(true)?;
        bindgen
            .remove_name_section(true)
            .remove_producers_section(true);
        bindgen.generate(folder)?;
        Ok(())
    }

    /// Writes the files, their compressed forms, and the list that names them.
    fn write_list(out: &Path, files: &[File]) -> Result<()> {
        let folder = out.join("page");
        fs::create_dir_all(&folder)?;
        let mut list = format!("static FILES: [File; {}] = [\n", files.len());
        for (number, (path, bytes)) in files.iter().enumerate() {
            write!(list, "File {{ path: {path:?}")?;
            let (brotli, gzip) = (brotli(bytes)?, gzip(bytes)?);
            for (form, content) in [("identity", bytes), ("brotli", &brotli), ("gzip", &gzip)] {
                let file = folder.join(format!("{number}.{form}"));
                let is_left_out = match form {
                    "identity" => gzip.len() < bytes.len(),
                    _ => content.len() >= bytes.len(),
                };
                fs::write(&file, if is_left_out { &[] } else { &content[..] })?;
                write!(list, ", {form}: include_bytes!({file:?})")?;
            }
            list.push_str(", inflated: OnceLock::new() },\n");
        }
        list.push_str("];\n");
        Ok(fs::write(out.join("page.rs"), list)?)
    }

    fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
        let quality = if variable("PROFILE")? == "release" {
            11
        } else {
            2
        };
        let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, quality, 22);
        encoder.write_all(bytes)?;
        Ok(encoder.into_inner())
    }

    fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes)?;
        Ok(encoder.finish()?)
    }
}
