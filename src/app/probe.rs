//! `lobby printer probe`: asks a printer nobody knows what it answers, and writes a profile to begin with.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::app::{cli, language, say};
use crate::console::words;
use crate::devices::{Adapter, Address, Findings, Glyphs, Profile, SPEEDS, adapters, probe as ask};
use crate::domain::office::Language;
use crate::print::{self, PrintSettings};

/// The speed that stands for a printer on the network, where the profile's is only reckoned with.
const NETWORK_BAUD: u32 = 115_200;

/// Asks, tells, and writes the profile.
///
/// # Errors
/// When the port cannot be opened, the printer answers nothing, or the test page does not come out.
pub fn probe(asked: &cli::Probe) -> Result<()> {
    let port = match &asked.port {
        Some(port) => port.clone(),
        None => the_only(adapters())?,
    };
    let address = Address::from(port.as_path());
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

/// The port of the only adapter; with more of them a person chooses.
fn the_only(found: Vec<Adapter>) -> Result<PathBuf> {
    match found.as_slice() {
        [] => bail!(
            "没有找到串口：请插好转接头，或用 --port 写明 · no serial port is there: plug the adapter in, or name one with \
             --port"
        ),
        [only] => Ok(only.port.clone()),
        several => bail!(
            "有几个串口，请用 --port 选一个 · there are several serial ports, choose one with --port:\n{}",
            lines(several)
        ),
    }
}

/// A port a line, with what it is.
fn lines(found: &[Adapter]) -> String {
    let line = |it: &Adapter| {
        format!("  {}  {}", it.port.display(), it.name)
            .trim_end()
            .to_owned()
    };
    found.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Which serial ports there are, for somebody whose own is not among them.
pub fn ports_there(found: &[Adapter]) -> (String, String) {
    let names: Vec<String> = found
        .iter()
        .map(|it| format!("{} {}", it.port.display(), it.name).trim_end().to_owned())
        .collect();
    match names.is_empty() {
        true => (
            "；现在没有任何串口".to_owned(),
            "; there is no serial port at all".to_owned(),
        ),
        false => (
            format!("；现有串口 {}", names.join("，")),
            format!("; there are {}", names.join(", ")),
        ),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn adapter(port: &str, name: &str) -> Adapter {
        Adapter {
            port: port.into(),
            name: name.into(),
        }
    }

    #[test]
    fn the_only_port_is_asked_and_of_several_a_person_chooses_one() {
        let (first, second) = (
            adapter("/dev/serial/by-path/one", "USB 1a86:7523 USB Serial"),
            adapter("/dev/ttyS0", ""),
        );
        assert_eq!(the_only(vec![first.clone()]).unwrap(), first.port);
        let several = the_only(vec![first.clone(), second]).unwrap_err().to_string();
        assert!(
            several.ends_with("  /dev/serial/by-path/one  USB 1a86:7523 USB Serial\n  /dev/ttyS0"),
            "{several}"
        );
        assert!(the_only(Vec::new()).unwrap_err().to_string().contains("--port"));
        assert_eq!(
            ports_there(&[first]).1,
            "; there are /dev/serial/by-path/one USB 1a86:7523 USB Serial"
        );
    }
}
