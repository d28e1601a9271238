//! Compiles the pages, with their translations inside.

use slint_build::{CompilerConfiguration, DefaultTranslationContext};

fn main() {
    let config = CompilerConfiguration::new()
        // Tests find elements by what they are.
        .with_debug_info(true)
        .with_default_translation_context(DefaultTranslationContext::None)
        .with_bundled_translations("kiosk/lang");
    slint_build::compile_with_config("kiosk/main.slint", config).expect("the pages compile");
}
