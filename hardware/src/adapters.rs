//! The serial ports this box has, for somebody who does not know the name of theirs.
//!
//! Read from `/sys/class/tty`, where a port that has a device behind it says so. The `serialport` crate lists ports in the
//! same way and was left out: its writes can block without bound, so it opens none of ours, and it brings a second `nix`.

use std::fs;
use std::path::{Path, PathBuf};

/// Where the system lists its terminals.
const TERMINALS: &str = "/sys/class/tty";
/// Where their devices are.
const DEVICES: &str = "/dev";
/// Where udev names adapters by their socket, which stays the same from boot to boot.
const BY_PATH: &str = "/dev/serial/by-path";

/// What stands behind a serial port that is there: the chips of boards, cards, the box's own controllers, USB. A port of the
/// kind `platform` is one the kernel has only reckoned with.
const BUSES: [&str; 6] = ["amba", "pci", "pnp", "serial-base", "usb", "usb-serial"];

/// How far above its terminal a USB device stands.
const ANCESTORS_MAX: usize = 4;

/// A serial port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adapter {
    /// The name to write into the settings: by its socket where it has such a name, else the device.
    pub port: PathBuf,
    /// What it is: ids and product of a USB adapter; empty for a port of the box itself.
    pub name: String,
}

/// All serial ports with something behind them, USB adapters first. What cannot be read is not there.
pub fn adapters() -> Vec<Adapter> {
    listed(Path::new(TERMINALS), Path::new(DEVICES), Path::new(BY_PATH))
}

fn children(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|it| it.path()).collect();
    paths.sort();
    paths
}

fn listed(terminals: &Path, devices: &Path, by_path: &Path) -> Vec<Adapter> {
    let sockets = children(by_path);
    let mut found = Vec::new();
    for terminal in children(terminals) {
        let (Ok(behind), Some(name)) = (terminal.join("device").canonicalize(), terminal.file_name()) else {
            continue;
        };
        let bus = behind.join("subsystem").canonicalize().ok();
        let bus = bus.as_deref().and_then(Path::file_name);
        let device = devices.join(name);
        if !BUSES.iter().any(|it| bus == Some(it.as_ref())) || !device.exists() {
            continue;
        }
        let same = |it: &&PathBuf| it.canonicalize().ok() == device.canonicalize().ok();
        let port = sockets.iter().find(same).cloned().unwrap_or(device);
        let name = usb_name(&behind).unwrap_or_default();
        found.push(Adapter { port, name });
    }
    found.sort_by_key(|it| it.name.is_empty());
    found
}

/// The ids and the product of the USB device a terminal belongs to.
fn usb_name(behind: &Path) -> Option<String> {
    let read = |folder: &Path, file: &str| {
        let text = fs::read_to_string(folder.join(file)).ok()?;
        Some(text.trim().to_owned())
    };
    let usb = behind
        .ancestors()
        .take(ANCESTORS_MAX)
        .find(|it| it.join("idVendor").is_file())?;
    let (vendor, kind) = (read(usb, "idVendor")?, read(usb, "idProduct")?);
    let product = read(usb, "product").unwrap_or_default();
    Some(format!("USB {vendor}:{kind} {product}").trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_usb_adapter_comes_first_and_by_the_name_of_its_socket() {
        let home = tempfile::tempdir().unwrap();
        let at = |path: &str| home.path().join(path);
        for folder in [
            "tty",
            "dev",
            "by-path",
            "bus/usb-serial",
            "bus/pnp",
            "bus/platform",
        ] {
            fs::create_dir_all(at(folder)).unwrap();
        }
        let plug = |name: &str, place: &str, bus: &str| {
            let (place, terminal) = (at(place), at("tty").join(name));
            fs::create_dir_all(&place).unwrap();
            fs::create_dir(&terminal).unwrap();
            symlink(&place, terminal.join("device")).unwrap();
            symlink(at("bus").join(bus), place.join("subsystem")).unwrap();
            fs::write(at("dev").join(name), "").unwrap();
        };
        plug("ttyS0", "devices/pnp0/00:01", "pnp");
        plug("ttyS1", "devices/platform/serial8250", "platform");
        plug("ttyUSB0", "devices/usb1/1-1/1-1:1.0/ttyUSB0", "usb-serial");
        plug("ttyUSB1", "devices/usb1/1-2/1-2:1.0/ttyUSB1", "usb-serial");
        fs::remove_file(at("dev/ttyUSB1")).unwrap();
        // A console has no device behind it.
        fs::create_dir(at("tty/tty0")).unwrap();
        for (file, text) in [
            ("idVendor", "1a86\n"),
            ("idProduct", "7523\n"),
            ("product", "USB Serial\n"),
        ] {
            fs::write(at("devices/usb1/1-1").join(file), text).unwrap();
        }
        let link = at("by-path/platform-xhci-hcd.0-usb-0:1:1.0-port0");
        symlink(at("dev/ttyUSB0"), &link).unwrap();
        let adapter = Adapter {
            port: link,
            name: "USB 1a86:7523 USB Serial".into(),
        };
        let own = Adapter {
            port: at("dev/ttyS0"),
            name: String::new(),
        };
        assert_eq!(listed(&at("tty"), &at("dev"), &at("by-path")), [adapter, own]);
    }

    #[test]
    fn a_box_without_serial_ports_has_none() {
        assert_eq!(
            listed(
                Path::new("/nowhere"),
                Path::new("/nowhere"),
                Path::new("/nowhere")
            ),
            []
        );
    }
}
