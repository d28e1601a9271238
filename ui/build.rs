//! Compiles the Slint pages.
fn main() {
    let config = slint_build::CompilerConfiguration::new().with_debug_info(true);
    slint_build::compile_with_config("kiosk/main.slint", config).expect("the pages compile");
}
