//! `lobby printer probe`: asks a printer nobody knows what it answers, and writes a profile to begin with.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::app::{cli, language, say};
use crate::console::words;
use crate::devices::{Address, Findings, Glyphs, Profile, SPEEDS, probe as ask};
use crate::domain::office::Language;
use crate::print::{self, PrintSettings};

/// The speed that stands for a printer on the network, where the profile's is only reckoned with.
const NETWORK_BAUD: u32 = 115_200;

/// Asks, tells, and writes the profile.
///
/// # Errors
/// When the port cannot be opened, the printer answers nothing, or the test page does not come out.
pub fn probe(asked: &cli::Probe) -> Result<()> {
    let address = Address::from(Path::new(&asked.port));
    let speeds = asked.baud.map_or(SPEEDS.to_vec(), |baud| vec![baud]);
    say(
        &format!("正在探测 {address}，最多半分钟；不会打印任何东西…"),
        &format!("asking {address}, half a minute at most; nothing is printed …"),
    );
    let found = ask(&address, &speeds).with_context(|| address.to_string())?;
    let Some(proposal) = found.proposal(asked.paper) else {
        bail!(
            "打印机没有应答：请检查电源和连线（RS-232 要交叉线），关闭流控 · the printer answers nothing: check \
             power and cable (RS-232 wants a null-modem cable), and switch its flow control off"
        )
    };
    tell(&found);
    let profile = Profile::parse(&proposal, "proposal")?;
    match &asked.out {
        Some(file) => {
            std::fs::write(file, &proposal)
                .with_context(|| format!("不能写入 · cannot write {}", file.display()))?;
            let file = file.display();
            say(
                &format!("型号文件已写到 {file}：看一遍，再写进 kiosk.toml 的 [printer] profile"),
                &format!(
                    "the profile is in {file}: look it through, then name it in kiosk.toml, [printer] profile"
                ),
            );
        }
        None => say(&proposal, &proposal),
    }
    if asked.page {
        page(address, found.baud.unwrap_or(NETWORK_BAUD), profile)?;
    }
    Ok(())
}

fn tell(found: &Findings) {
    let code = print::state(&found.status).code();
    for (zh, en) in [
        found
            .baud
            .map(|baud| (format!("波特率 {baud}"), format!("speed {baud} baud"))),
        Some((
            format!(
                "状态：{}",
                words::say(&format!("printer.{code}"), Language::Chinese)
            ),
            format!(
                "it says: {}",
                words::say(&format!("printer.{code}"), Language::English)
            ),
        )),
        found.trouble().map(|_| {
            (
                "有故障时问不全：请处理后再探测一次".to_owned(),
                "in trouble it cannot be asked everything: mend it, and ask again".to_owned(),
            )
        }),
        found.flow_control.then(|| {
            (
                "打印机开着流控，请在打印机上关闭".to_owned(),
                "its flow control is on; switch it off in the printer".to_owned(),
            )
        }),
        found.identity.as_ref().map(|name| {
            (
                format!("自称 {name}（仅供参考）"),
                format!("it calls itself {name}, which decides nothing"),
            )
        }),
    ]
    .into_iter()
    .flatten()
    {
        say(&zh, &en);
    }
}

fn page(address: Address, baud: u32, profile: Profile) -> Result<()> {
    let settings = PrintSettings {
        address,
        baud,
        profile,
        roll_mm: 0,
    };
    match print::test_alone(settings, &Glyphs::system(), language())? {
        "printed" => {
            say(
                "自检页已打印：中文、生僻字、二维码和右边的标尺都应清楚",
                "the self-test page is printed: Chinese, rare characters, the code and the ruler should all be clear",
            );
            Ok(())
        }
        outcome => bail!("自检页没有打出 · the self-test page did not come out ({outcome})"),
    }
}
