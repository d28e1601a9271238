//! Pages.
slint::include_modules!();
