//! Gives a release build its page.
//!
//! Builds the app for wasm32 in a nested cargo, runs wasm-bindgen as a library, names every file by
//! its content, compresses it, and writes `page.rs`: the list that `src/relay/page.rs` includes.
//! A debug build carries no page, unless `TRILL_PAGE=1` asks for an unoptimised one.
//! `static/index.html` is read by Trunk too; its `data-trunk` attributes mean here what they mean there.

use std::process::ExitCode;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "relay")]
    if let Err(problem) = page::describe().and_then(|()| page::write()) {
        println!("cargo::error={problem}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

#[cfg(feature = "relay")]
mod page {
    use std::collections::BTreeSet;
    use std::collections::hash_map::DefaultHasher;
    use std::ffi::OsString;
    use std::fmt::Write as _;
    use std::hash::Hasher;
    use std::io::Write as _;
    use std::path::{Path, PathBuf};
    use std::process::Command;
    use std::{env, fs};

    const TARGET: &str = "wasm32-unknown-unknown";
    /// What the page is made of; a change of anything else does not build it anew.
    const SOURCES: [&str; 11] = [
        "Cargo.lock",
        "Cargo.toml",
        "src/apns",
        "src/app",
        "src/bin/app.rs",
        "src/call",
        "src/diagnosis",
        "src/lib.rs",
        "src/lint",
        "src/sentence.rs",
        "static",
    ];

    type Result<T> = std::result::Result<T, String>;

    /// One file of the page, as the browser asks for it.
    struct File {
        path: String,
        bytes: Vec<u8>,
    }

    /// How much work goes into the page.
    #[derive(Clone, Copy, PartialEq)]
    enum Effort {
        None,
        Draft,
        Full,
    }

    pub(crate) fn write() -> Result<()> {
        println!("cargo::rerun-if-env-changed=TRILL_PAGE");
        for source in SOURCES {
            println!("cargo::rerun-if-changed={source}");
        }
        let out = PathBuf::from(variable("OUT_DIR")?);
        let effort = effort();
        let files = if effort == Effort::None {
            Vec::new()
        } else {
            files(&out, effort)?
        };
        write_list(&out, &files, effort)
    }

    /// Tells the program what made it. `cargo run` gives it these as variables too, so they are none of its settings.
    pub(crate) fn describe() -> Result<()> {
        let output = Command::new(variable("RUSTC")?).arg("--version").output();
        let output =
            output.map_err(|error| format!("rustc could not be asked for its version: {error}"))?;
        println!(
            "cargo::rustc-env=BUILT_BY={}",
            String::from_utf8_lossy(&output.stdout).trim()
        );
        println!(
            "cargo::rustc-env=BUILT_FOR={}",
            variable("TARGET")?.to_string_lossy()
        );
        Ok(())
    }

    fn effort() -> Effort {
        if env::var_os("DOCS_RS").is_some() {
            Effort::None
        } else if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
            Effort::Full
        } else if env::var("TRILL_PAGE").is_ok_and(|wanted| wanted == "1") {
            Effort::Draft
        } else {
            Effort::None
        }
    }

    fn variable(name: &str) -> Result<OsString> {
        env::var_os(name).ok_or_else(|| format!("cargo did not set {name}"))
    }

    /// The page's files, the document last, because it names the others.
    fn files(out: &Path, effort: Effort) -> Result<Vec<File>> {
        let bindings = out.join("bindings");
        bind(&compile(out, effort)?, &bindings)?;
        let page = fs::read_to_string("static/index.html")
            .map_err(|error| format!("static/index.html: {error}"))?;

        let mut files = Vec::new();
        let mut document = String::new();
        let mut renamed = Vec::new();
        let mut styles = Vec::new();
        for name in ["app_bg.wasm", "app.js"] {
            renamed.push((format!("/{name}"), add(&mut files, &bindings.join(name))?));
        }
        for line in page.lines() {
            match (attribute(line, "data-trunk rel"), attribute(line, "href")) {
                (Some("css"), Some(href)) => styles.push(Path::new("static").join(href)),
                (Some("icon"), Some(href)) => {
                    let path = add(&mut files, &Path::new("static").join(href))?;
                    let _ = writeln!(document, r#"<link rel="icon" href="{path}">"#);
                }
                (Some("copy-file"), Some(href)) => {
                    let script = bindings.join(href);
                    strip(&Path::new("static").join(href), &script)
                        .map_err(|error| format!("static/{href}: {error}"))?;
                    renamed.push((format!("/{href}"), add(&mut files, &script)?));
                }
                (Some(_), _) => {}
                (None, _) => {
                    let _ = writeln!(document, "{}", line.trim());
                }
            }
        }
        let path = add(&mut files, &join(&styles, &bindings.join("trill.css"))?)?;
        document = document.replace(
            "</head>",
            &format!("<link rel=\"stylesheet\" href=\"{path}\">\n</head>"),
        );
        for (name, path) in renamed {
            document = document.replace(&format!("\"{name}\""), &format!("\"{path}\""));
        }
        files.push(File {
            path: "/".to_owned(),
            bytes: document.into_bytes(),
        });
        Ok(files)
    }

    /// Joins the style sheets, in the order of the page and without comments and indents: one file
    /// compresses better than many.
    fn join(sheets: &[PathBuf], whole: &Path) -> Result<PathBuf> {
        let mut style = String::new();
        for sheet in sheets {
            let text = fs::read_to_string(sheet)
                .map_err(|error| format!("{}: {error}", sheet.display()))?;
            let mut pieces = text.split("/*");
            let code = pieces.next().unwrap_or_default().to_owned()
                + &pieces
                    .filter_map(|piece| Some(piece.split_once("*/")?.1))
                    .collect::<String>();
            style.extend(
                code.lines()
                    .map(str::trim)
                    .filter(|line| !line.is_empty())
                    .flat_map(|line| [line, "\n"]),
            );
        }
        fs::write(whole, style).map_err(|error| format!("{}: {error}", whole.display()))?;
        Ok(whole.to_owned())
    }

    /// The value of `name="…"` in a line that holds one tag.
    fn attribute<'a>(line: &'a str, name: &str) -> Option<&'a str> {
        let start = line.find(&format!("{name}=\""))? + name.len() + 2;
        line[start..].split('"').next()
    }

    /// Takes in a file and returns the path that names its content, so that it may be cached for ever.
    fn add(files: &mut Vec<File>, source: &Path) -> Result<String> {
        let bytes = fs::read(source).map_err(|error| format!("{}: {error}", source.display()))?;
        let mut hasher = DefaultHasher::new();
        hasher.write(&bytes);
        let stem = source.file_stem().unwrap_or_default().to_string_lossy();
        let extension = source.extension().unwrap_or_default().to_string_lossy();
        let path = format!("/{stem}-{:016x}.{extension}", hasher.finish());
        files.push(File {
            path: path.clone(),
            bytes,
        });
        Ok(path)
    }

    /// Compiles the app and returns the path of its wasm file.
    fn compile(out: &Path, effort: Effort) -> Result<PathBuf> {
        check_target()?;
        // One folder for every outer profile and feature set: beside OUT_DIR, not inside it, so that
        // a test build does not build the page again.
        let target = out.ancestors().nth(4).unwrap_or(out).join("page");
        let (profile, folder) = if effort == Effort::Full {
            ("page", "page")
        } else {
            ("dev", "debug")
        };
        let status = Command::new(variable("CARGO")?)
            .args([
                "build",
                "--locked",
                "--target",
                TARGET,
                "--profile",
                profile,
            ])
            .args([
                "--no-default-features",
                "--features",
                "app",
                "--bin",
                "app",
                "--target-dir",
            ])
            .arg(&target)
            // What was meant for the native build must not reach the page's.
            .env("CARGO_ENCODED_RUSTFLAGS", flags(&target).join("\u{1f}"))
            .env_remove("RUSTFLAGS")
            .env_remove("RUSTC_WORKSPACE_WRAPPER")
            .env_remove("CARGO_BUILD_TARGET")
            .status()
            .map_err(|error| format!("cargo could not be started for the page: {error}"))?;
        if !status.success() {
            return Err("the page did not compile; its errors stand above".to_owned());
        }
        Ok(target.join(TARGET).join(folder).join("app.wasm"))
    }

    /// SHA-256 in the small form: the page hashes three short texts a send. Panic messages name
    /// source files; the page need not carry where they lie on this machine, and is the same wherever it is built.
    fn flags(target: &Path) -> Vec<String> {
        let home = env::var_os("CARGO_HOME")
            .map(PathBuf::from)
            .or_else(|| Some(env::home_dir()?.join(".cargo")));
        let registries = home.and_then(|home| fs::read_dir(home.join("registry/src")).ok());
        let folders = registries
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path());
        let shorter_paths = folders
            .chain([target.to_owned()])
            .map(|folder| format!("--remap-path-prefix={}/=", folder.display()));
        [String::from("--cfg=sha2_backend_soft=\"compact\"")]
            .into_iter()
            .chain(shorter_paths)
            .collect()
    }

    fn check_target() -> Result<()> {
        let output = Command::new(variable("RUSTC")?)
            .args(["--print", "target-libdir", "--target", TARGET])
            .output()
            .map_err(|error| format!("rustc could not be asked for its targets: {error}"))?;
        let folder = String::from_utf8_lossy(&output.stdout);
        if Path::new(folder.trim()).is_dir() {
            return Ok(());
        }
        Err(format!(
            "the page needs the target {TARGET}, which is not installed. Run: rustup target add {TARGET}"
        ))
    }

    fn bind(wasm: &Path, folder: &Path) -> Result<()> {
        let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
        bindgen
            .input_path(wasm)
            .out_name("app")
            .typescript(false)
            .omit_default_module_path(true);
        bindgen
            .remove_name_section(true)
            .remove_producers_section(true);
        let bound = bindgen
            .web(true)
            .and_then(|bindgen| bindgen.generate(folder));
        bound.map_err(|error| format!("wasm-bindgen: {error:#}"))?;
        lighten(&folder.join("app.js"), &folder.join("app_bg.wasm"))
            .map_err(|error| format!("{}: {error}", folder.display()))
    }

    /// Takes from the glue what only its readers need: comments, indents, and the names it shares with the program.
    /// Each ends in a hash, which no compression makes smaller; numbers of the same length take their place on both sides.
    fn lighten(glue: &Path, wasm: &Path) -> std::io::Result<()> {
        // The one only words values for messages of a program that failed, the other nobody calls.
        let script = without_function(
            &fs::read_to_string(glue)?,
            "debugString(val)",
            "return String(val);",
        );
        let script =
            without_function(&script, "initSync(module)", "").replace("{ initSync, ", "{ ");
        fs::write(glue, script)?;
        strip(glue, glue)?;
        let mut script = fs::read_to_string(glue)?;
        let mut program = fs::read(wasm)?;
        forget_paths(&mut program);
        for (number, name) in shared_names(&script).into_iter().enumerate() {
            let short = format!("_{number:_<width$}", width = name.len() - 1);
            script = script.replace(&name, &short);
            for place in places(&program, name.as_bytes()) {
                program[place..place + name.len()].copy_from_slice(short.as_bytes());
            }
        }
        fs::write(glue, script)?;
        fs::write(wasm, program)
    }

    /// A script with another body, or none, for a function that stands in no other.
    fn without_function(script: &str, head: &str, body: &str) -> String {
        let begins = format!("\nfunction {head} {{\n");
        let Some((before, rest)) = script.split_once(&begins) else {
            return script.to_owned();
        };
        let after = rest.split_once("\n}\n").unwrap_or_default().1;
        let shorter = if body.is_empty() {
            String::new()
        } else {
            format!("function {head} {{ {body} }}\n")
        };
        [before, "\n", &shorter, after].concat()
    }

    /// Copies a script without comments and indents. What looks like a comment begins its line there.
    fn strip(script: &Path, bare: &Path) -> std::io::Result<()> {
        let text = fs::read_to_string(script)?;
        let lines = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with(['*', '/']));
        fs::write(
            bare,
            lines.flat_map(|line| [line, "\n"]).collect::<String>(),
        )
    }

    /// Blanks the paths by which panics name places in the code of others. Trill's own stay, so that a report tells where
    /// to look. Only letters that nobody reads any more are changed, and no number that may mean something else.
    fn forget_paths(program: &mut [u8]) -> Option<()> {
        // The data begins with `i32.const 1048576`, `end`, and its length in three bytes.
        const DATA: [u8; 6] = [0x41, 0x80, 0x80, 0xc0, 0x00, 0x0b];
        const ADDRESS: usize = 0x10_0000;
        let start = places(program, &DATA).last()? + DATA.len() + 3;
        let data = &mut program[start..];
        let is_foreign = |path: &[u8]| {
            let is_path = path
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || b"/-_.".contains(byte));
            is_path && path.ends_with(b".rs") && !path.starts_with(b"src/")
        };
        let mut found = Vec::new();
        for pair in data.chunks_exact(4).zip(data.chunks_exact(4).skip(1)) {
            // A text in memory is its address and its length.
            let [address, length] = [pair.0, pair.1].map(|word| {
                word.iter()
                    .rev()
                    .fold(0, |all, byte| all << 8 | usize::from(*byte))
            });
            let Some(path) = address.checked_sub(ADDRESS).map(|path| path..path + length) else {
                continue;
            };
            if data.get(path.clone()).is_some_and(is_foreign) {
                found.push(path);
            }
        }
        for path in found {
            data[path].fill(b' ');
        }
        Some(())
    }

    /// The names that wasm-bindgen ends in an underscore and sixteen hex digits.
    fn shared_names(script: &str) -> BTreeSet<String> {
        let is_hash = |end: &str| {
            end.len() == 16
                && end
                    .bytes()
                    .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        let names =
            script.split(|character: char| !character.is_ascii_alphanumeric() && character != '_');
        let ends_in_hash = |name: &&str| {
            name.rsplit_once('_')
                .is_some_and(|(_, end)| is_hash(end.strip_prefix('h').unwrap_or(end)))
        };
        names.filter(ends_in_hash).map(str::to_owned).collect()
    }

    fn places(bytes: &[u8], wanted: &[u8]) -> Vec<usize> {
        let windows = bytes.windows(wanted.len()).enumerate();
        windows
            .filter(|(_, window)| *window == wanted)
            .map(|(place, _)| place)
            .collect()
    }

    /// Writes the files, their compressed forms, and the list that names them.
    fn write_list(out: &Path, files: &[File], effort: Effort) -> Result<()> {
        let folder = out.join("page");
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let mut list = String::from("&[\n");
        let mut weight = String::new();
        let (mut brotli_total, mut gzip_total) = (0, 0);
        for (number, file) in files.iter().enumerate() {
            let mut brotli = brotli(&file.bytes, effort)?;
            let mut gzip = gzip(&file.bytes).map_err(|error| error.to_string())?;
            brotli_total += brotli.len().min(file.bytes.len());
            gzip_total += gzip.len().min(file.bytes.len());
            let _ = writeln!(
                weight,
                "{:>8} {:>8} {:>8}  {}",
                file.bytes.len(),
                brotli.len(),
                gzip.len(),
                file.path
            );
            for form in [&mut brotli, &mut gzip] {
                if form.len() >= file.bytes.len() {
                    form.clear();
                }
            }
            let include = |form: &str, bytes: &[u8]| -> Result<String> {
                let path = folder.join(format!("{number}.{form}"));
                fs::write(&path, bytes).map_err(|error| error.to_string())?;
                Ok(format!("include_bytes!({path:?})"))
            };
            let (path, kind, immutable) = (&file.path, content_type(&file.path), file.path != "/");
            // Whoever wants it plain gets the gzip inflated: the program is half a megabyte smaller for it.
            let plain: &[u8] = if gzip.is_empty() { &file.bytes } else { &[] };
            let (identity, brotli, gzip) = (
                include("identity", plain)?,
                include("brotli", &brotli)?,
                include("gzip", &gzip)?,
            );
            let _ = writeln!(
                list,
                "File {{ path: {path:?}, content_type: {kind:?}, immutable: {immutable}, identity: {identity}, brotli: {brotli}, gzip: {gzip} }},"
            );
        }
        list.push(']');
        fs::write(out.join("page.rs"), list).map_err(|error| error.to_string())?;

        if effort == Effort::Full {
            let _ = writeln!(weight, "total brotli {brotli_total}");
            let target = out.ancestors().nth(4).unwrap_or(out);
            let table = format!("identity   brotli     gzip  file (bytes)\n{weight}");
            fs::write(target.join("page-weight.txt"), table).map_err(|error| error.to_string())?;
            println!(
                "cargo::warning=the page weighs {} KB in brotli, {} KB in gzip",
                brotli_total / 1000,
                gzip_total / 1000
            );
        }
        Ok(())
    }

    fn content_type(path: &str) -> &'static str {
        match path.rsplit('.').next() {
            Some("css") => "text/css; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("svg") => "image/svg+xml",
            Some("wasm") => "application/wasm",
            _ => "text/html; charset=utf-8",
        }
    }

    /// The shortest of some ways to say the same; which it is, only trying tells.
    fn brotli(bytes: &[u8], effort: Effort) -> Result<Vec<u8>> {
        use brotli::enc::BrotliEncoderParams;
        use brotli::enc::backward_references::BrotliEncoderMode::{
            BROTLI_MODE_FONT, BROTLI_MODE_GENERIC,
        };
        let (quality, ways) = match effort {
            Effort::Full => (
                11,
                &[
                    (BROTLI_MODE_GENERIC, 0),
                    (BROTLI_MODE_GENERIC, 16),
                    (BROTLI_MODE_FONT, 0),
                    (BROTLI_MODE_FONT, 16),
                ][..],
            ),
            _ => (2, &[(BROTLI_MODE_GENERIC, 0)][..]),
        };
        let mut shortest: Option<Vec<u8>> = None;
        for &(mode, lgblock) in ways {
            let parameters = BrotliEncoderParams {
                quality,
                mode,
                lgblock,
                size_hint: bytes.len(),
                ..Default::default()
            };
            let mut compressed = Vec::new();
            brotli::BrotliCompress(&mut &*bytes, &mut compressed, &parameters)
                .map_err(|error| format!("brotli: {error}"))?;
            if shortest
                .as_ref()
                .is_none_or(|shortest| compressed.len() < shortest.len())
            {
                shortest = Some(compressed);
            }
        }
        Ok(shortest.unwrap_or_default())
    }

    fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes)?;
        encoder.finish()
    }
}
