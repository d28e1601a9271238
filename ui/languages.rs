//! The languages of the pages: a folder each in `kiosk/lang`, with what the pages say in it.

use std::fs;
use std::path::Path;

/// What a language's file is called in its folder.
const FILE: &str = "LC_MESSAGES/lobby-ui.po";

/// Each language's code, which is its folder's name, and its own name, which its file gives as `X-Language-Name`;
/// in the order of the codes.
pub fn list(folder: &Path) -> Vec<(String, String)> {
    let folders = fs::read_dir(folder).expect("the languages are there");
    let mut found: Vec<(String, String)> = folders
        .map(|it| it.expect("a folder can be listed").path())
        .filter(|it| it.join(FILE).is_file())
        .map(|it| {
            let code = it.file_name().expect("it has a name");
            let code = code.to_string_lossy().into_owned();
            let name = own_name(&it).unwrap_or_else(|| code.clone());
            (code, name)
        })
        .collect();
    found.sort();
    found
}

fn own_name(folder: &Path) -> Option<String> {
    let text = fs::read_to_string(folder.join(FILE)).expect("a language has its file");
    let line = text
        .lines()
        .find_map(|it| it.strip_prefix("\"X-Language-Name: "))?;
    Some(line.trim_end_matches("\\n\"").to_owned())
}
