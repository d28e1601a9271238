//! Compiles the pages, with their translations inside, and lists the languages they speak.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use slint_build::{CompilerConfiguration, DefaultTranslationContext};

/// A folder a language, each with what its pages say.
const LANGUAGES: &str = "kiosk/lang";

fn main() {
    let config = CompilerConfiguration::new()
        // Tests find elements by what they are.
        .with_debug_info(true)
        .with_default_translation_context(DefaultTranslationContext::None)
        .with_bundled_translations(LANGUAGES);
    slint_build::compile_with_config("kiosk/main.slint", config).expect("the pages compile");
    let list = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names a folder")).join("languages.rs");
    fs::write(list, languages()).expect("the folder can be written");
    println!("cargo:rerun-if-changed={LANGUAGES}");
}

/// Each language's code and its own name, which its file gives as `X-Language-Name`.
fn languages() -> String {
    let mut found: Vec<(String, String)> = fs::read_dir(LANGUAGES)
        .expect("the languages are there")
        .map(|it| it.expect("a folder can be listed").path())
        .map(|folder| {
            let code = folder
                .file_name()
                .expect("it has a name")
                .to_string_lossy()
                .into_owned();
            let name = own_name(&folder).unwrap_or_else(|| code.clone());
            (code, name)
        })
        .collect();
    found.sort();
    let mut text = "pub const LANGUAGES: &[(&str, &str)] = &[".to_owned();
    for (code, name) in found {
        write!(text, "({code:?}, {name:?}),").expect("a String takes everything");
    }
    text + "];"
}

fn own_name(folder: &Path) -> Option<String> {
    let file = folder.join("LC_MESSAGES/lobby-ui.po");
    let text = fs::read_to_string(file).expect("a language has its file");
    let line = text
        .lines()
        .find_map(|it| it.strip_prefix("\"X-Language-Name: "))?;
    Some(line.trim_end_matches("\\n\"").to_owned())
}
