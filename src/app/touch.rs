//! Calibration of the touch screen: udev tells libinput where a finger lies on the picture, and this writes its rule from
//! the settings when the service starts.

use std::path::Path;

use anyhow::{Context, Result};

use crate::app::{cli, load, say};

/// The rule; without calibration a file that says so, which takes back what an earlier one said.
fn words(matrix: Option<[f64; 6]>) -> String {
    let head = "# Written by `lobby touch-rule` from touch_matrix in kiosk.toml; changed there, not here.\n";
    match matrix {
        None => format!("{head}# The touch screen agrees with the picture.\n"),
        Some(numbers) => {
            let numbers = numbers.map(|it| it.to_string()).join(" ");
            format!(
                "{head}ENV{{ID_INPUT_TOUCHSCREEN}}==\"1\", ENV{{LIBINPUT_CALIBRATION_MATRIX}}=\"{numbers}\"\n"
            )
        }
    }
}

/// Writes it.
///
/// # Errors
/// When the settings have mistakes or the file cannot be written.
pub fn rule(asked: &cli::TouchRule) -> Result<()> {
    let words = words(load(&asked.config.config)?.screen.touch_matrix);
    let Some(file) = &asked.write else {
        say(words.trim_end(), words.trim_end());
        return Ok(());
    };
    let folder = file.parent().unwrap_or(Path::new("."));
    let failed = || {
        let name = file.display();
        format!("不能写入 {name}，请以 root 执行 · cannot write {name}: run this as root")
    };
    std::fs::create_dir_all(folder).with_context(failed)?;
    std::fs::write(file, words).with_context(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calibration_becomes_a_rule_and_none_takes_it_back() {
        let rule = words(Some([0.0, -1.0, 1.0, 1.02, 0.0, -0.01]));
        assert_eq!(
            rule.lines().last().unwrap(),
            r#"ENV{ID_INPUT_TOUCHSCREEN}=="1", ENV{LIBINPUT_CALIBRATION_MATRIX}="0 -1 1 1.02 0 -0.01""#
        );
        assert!(words(None).lines().all(|it| it.starts_with('#')));
    }
}
