//! The picture book: every picture in one folder with an index page, and the few that are compared with what they
//! looked like when somebody last looked at them.

use std::fmt::Write as _;
use std::fs;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use slint::{Rgba8Pixel, SharedPixelBuffer};

use crate::{PANELS, scenes};

/// Golden pictures are stored at this fraction of their size.
const SHRINK: u32 = 4;

/// How far a colour may move before it counts, of 255.
const SHADE: u8 = 12;

/// Pixels of a small picture that may differ, a thousandth of them.
const MAY_DIFFER: usize = 1000;

/// Golden pictures there may be at most.
pub const GOLDENS_MAX: usize = 40;

/// What golden pictures may take together, bytes.
pub const GOLDEN_BYTES_MAX: u64 = 5_000_000;

/// Scene, English, large print, portrait: what is compared.
pub const GOLDENS: &[(&str, bool, bool, bool)] = &[
    ("home", false, false, true),
    ("home", false, true, true),
    ("home", true, false, true),
    ("home", false, false, false),
    ("home", false, true, false),
    ("home-night", false, false, true),
    ("home-dimmed", false, false, true),
    ("matters", false, false, true),
    ("matters", false, true, false),
    ("matters-forty", false, false, true),
    ("bring", false, false, true),
    ("bring", true, true, true),
    ("bring", false, false, false),
    ("bring-away", false, true, true),
    ("search-typed", false, false, true),
    ("search-typed", false, false, false),
    ("report", false, false, true),
    ("who-notice", false, false, true),
    ("who-notice-group", false, true, true),
    ("who-notice", true, false, false),
    ("who-phone", false, false, true),
    ("who-phone", false, true, false),
    ("write-hand", false, false, true),
    ("write-hand", false, true, false),
    ("write-rare", false, true, true),
    ("ticket-take", false, false, true),
    ("ticket-take", false, true, true),
    ("ticket-take", true, false, true),
    ("ticket-failed", false, false, false),
    ("progress", false, false, true),
    ("progress-waiting", false, false, true),
    ("progress-called", false, true, false),
    ("posted", false, false, true),
    ("help-called", false, false, true),
    ("voice", false, false, false),
    ("paused", false, false, true),
    ("paused-used-up", true, false, false),
    ("countdown", false, false, true),
];

/// Where the pictures go.
pub fn folder() -> PathBuf {
    let folder = std::env::var_os("LOBBY_PICTURES").map_or_else(
        || Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures"),
        PathBuf::from,
    );
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// What a picture is called.
pub fn name(scene: &str, english: bool, large: bool, (width, height): (u32, u32)) -> String {
    let language = if english { "en" } else { "zh" };
    let print = if large { "large" } else { "normal" };
    format!("{scene}_{language}_{print}_{width}x{height}")
}

/// Writes a picture into the book.
pub fn save(picture: &SharedPixelBuffer<Rgba8Pixel>, name: &str) {
    let size = (picture.width(), picture.height());
    write(
        &folder().join(format!("{name}.png")),
        picture.as_bytes(),
        size,
        png::ColorType::Rgba,
    );
}

fn write(path: &Path, bytes: &[u8], (width, height): (u32, u32), color: png::ColorType) {
    let mut encoder = png::Encoder::new(BufWriter::new(fs::File::create(path).unwrap()), width, height);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    if color == png::ColorType::Rgba {
        // One filter for all lines: trying each on a thousand pictures costs more than the pages themselves.
        encoder.set_compression(png::Compression::Fast);
        encoder.set_filter(png::Filter::Up);
    } else {
        // These few are kept.
        encoder.set_compression(png::Compression::High);
    }
    encoder.write_header().unwrap().write_image_data(bytes).unwrap();
}

/// Writes the index page. It follows from the lists alone, so whichever test comes last writes the same.
pub fn index() {
    let mut page = String::from(
        "<!doctype html><meta charset=utf-8><title>首问大厅: every page</title><style>body{font:16px sans-serif;\
         margin:2em;background:#e8ebf0}figure{display:inline-block;margin:8px;vertical-align:top}img{height:420px;\
         border:1px solid #999}figcaption{font-size:13px}h2{margin:1.5em 0 .3em}nav a{margin-right:1em}</style>\
         <h1>首问大厅: every page</h1><nav>",
    );
    for (scene, _) in scenes::SCENES {
        write!(page, "<a href=\"#{scene}\">{scene}</a>").unwrap();
    }
    page.push_str("</nav>");
    let compared = match golden_folder() {
        Some(folder) => format!("compared with {}", folder.file_name().unwrap().to_string_lossy()),
        None => "not compared: there are no golden pictures for this version of the font".to_owned(),
    };
    write!(page, "<p>{} golden pictures, {compared}.</p>", GOLDENS.len()).unwrap();
    for (scene, _) in scenes::SCENES {
        write!(page, "<h2 id=\"{scene}\">{scene}</h2>").unwrap();
        for panel in PANELS {
            for english in [false, true] {
                for large in [false, true] {
                    let name = name(scene, english, large, (panel.width, panel.height));
                    write!(
                        page,
                        "<figure><a href=\"{name}.png\"><img loading=lazy src=\"{name}.png\" alt=\"{name}\"></a>\
                         <figcaption>{name}</figcaption></figure>"
                    )
                    .unwrap();
                }
            }
        }
    }
    let (folder, mine) = (folder(), format!("index.{}.part", std::process::id()));
    fs::write(folder.join(&mine), page).unwrap();
    fs::rename(folder.join(&mine), folder.join("index.html")).unwrap();
}

/// The version of the font everything is drawn with, as the package manager knows it.
fn font_version() -> Option<String> {
    let status = fs::read_to_string("/var/lib/dpkg/status").ok()?;
    let package = status
        .split("\n\n")
        .find(|it| it.lines().any(|line| line == "Package: fonts-noto-cjk"))?;
    let version = package.lines().find_map(|it| it.strip_prefix("Version: "))?;
    Some(version.replace(['/', ':'], "_"))
}

fn goldens() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// The golden pictures drawn with this version of the font, if somebody has looked at such.
pub fn golden_folder() -> Option<PathBuf> {
    let folder = goldens().join(format!("fonts-noto-cjk_{}", font_version()?));
    folder.is_dir().then_some(folder)
}

/// Every golden picture there is, of whatever version: how many in the largest folder, and all their bytes.
pub fn golden_size() -> (usize, u64) {
    let (mut most, mut bytes) = (0, 0);
    for folder in fs::read_dir(goldens()).into_iter().flatten() {
        let files: Vec<_> = fs::read_dir(folder.unwrap().path())
            .unwrap()
            .map(Result::unwrap)
            .collect();
        most = most.max(files.len());
        bytes += files.iter().map(|it| it.metadata().unwrap().len()).sum::<u64>();
    }
    (most, bytes)
}

/// A quarter as wide and high, each pixel the mean of those it stands for.
fn shrink(picture: &SharedPixelBuffer<Rgba8Pixel>) -> (Vec<u8>, (u32, u32)) {
    let (width, height) = (picture.width() / SHRINK, picture.height() / SHRINK);
    let pixels = picture.as_slice();
    let mut small = Vec::with_capacity((width * height * 3) as usize);
    for y in 0..height {
        for x in 0..width {
            let mut sum = [0_u32; 3];
            for at in 0..SHRINK * SHRINK {
                let (dx, dy) = (at % SHRINK, at / SHRINK);
                let pixel = pixels[((y * SHRINK + dy) * picture.width() + x * SHRINK + dx) as usize];
                for (sum, part) in sum.iter_mut().zip([pixel.r, pixel.g, pixel.b]) {
                    *sum += u32::from(part);
                }
            }
            small.extend(sum.map(|it| (it / (SHRINK * SHRINK)) as u8));
        }
    }
    (small, (width, height))
}

/// Compares a picture with its golden one; what is wrong, in words. With `LOBBY_GOLDENS=write` it becomes the
/// golden one instead.
pub fn compare(picture: &SharedPixelBuffer<Rgba8Pixel>, name: &str) -> Option<String> {
    let (small, size) = shrink(picture);
    if std::env::var("LOBBY_GOLDENS").as_deref() == Ok("write") {
        let folder = goldens().join(format!("fonts-noto-cjk_{}", font_version()?));
        fs::create_dir_all(&folder).unwrap();
        write(
            &folder.join(format!("{name}.png")),
            &small,
            size,
            png::ColorType::Rgb,
        );
        return None;
    }
    let path = golden_folder()?.join(format!("{name}.png"));
    let Ok(file) = fs::File::open(&path) else {
        return Some(format!(
            "{name} has no golden picture: look at it, then run with LOBBY_GOLDENS=write"
        ));
    };
    let mut reader = png::Decoder::new(std::io::BufReader::new(file))
        .read_info()
        .unwrap();
    let mut golden = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut golden).unwrap();
    if golden.len() != small.len() {
        return Some(format!("{name} has another size than its golden picture"));
    }
    let pixels = golden.chunks_exact(3).zip(small.chunks_exact(3));
    let differing = pixels
        .filter(|(a, b)| a.iter().zip(*b).any(|(a, b)| SHADE < a.abs_diff(*b)))
        .count();
    (golden.len() / 3 / MAY_DIFFER < differing).then(|| {
        format!("{name}: {differing} points differ from its golden picture; if that is meant, run with LOBBY_GOLDENS=write")
    })
}
