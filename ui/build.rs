//! Compiles the pages, with their translations inside, and lists the languages they speak.

#[path = "languages.rs"]
mod languages;

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
    let mut text = "pub const LANGUAGES: &[(&str, &str)] = &[".to_owned();
    for (code, name) in languages::list(Path::new(LANGUAGES)) {
        write!(text, "({code:?}, {name:?}),").expect("a String takes everything");
    }
    fs::write(list, text + "];").expect("the folder can be written");
    println!("cargo:rerun-if-changed={LANGUAGES}");
}
