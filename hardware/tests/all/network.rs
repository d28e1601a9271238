//! A printer on the network (TCP 9100) through the same driver. The printer is the simulated one behind a socket.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use hardware::port::{Address, PortFault, PortSettings, PrinterHandle, spawn};
use hardware::printer::{FenceId, PrinterEvent, Reason};
use hardware::probe;
use hardware::profile::Fence;
use hardware::simulator::{Fault, SimulatedPrinter};
use hardware::status::Trouble;

use crate::port::{ends, ready, troubled, wait};
use crate::support::{job, profile};

const MODEL: &str = "gprinter-gp-l80";

/// What the printer behind the socket is told to do.
enum Switch {
    Fault(Fault, bool),
    /// Ends the connection it has once so many bytes have come, and takes the next.
    DropAfter(u64),
    Stop,
}

/// The printer behind a socket, and the slips it drops.
struct Networked {
    address: SocketAddr,
    switches: Sender<Switch>,
    slips: Receiver<String>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Networked {
    fn drop(&mut self) {
        let _ = self.switches.send(Switch::Stop);
        self.thread.take().map(JoinHandle::join);
    }
}

fn networked() -> Networked {
    switched_on(TcpListener::bind("127.0.0.1:0").expect("a port"))
}

fn switched_on(listener: TcpListener) -> Networked {
    let address = listener.local_addr().expect("bound");
    listener.set_nonblocking(true).expect("a socket");
    let ((switches, told), (out, slips)) = (channel(), channel());
    let thread = std::thread::spawn(move || {
        let mut printer = SimulatedPrinter::new(profile(MODEL), 1_000_000, Instant::now());
        let (mut caller, mut drop_at): (Option<TcpStream>, _) = (None, None);
        loop {
            match told.recv_timeout(Duration::from_millis(2)) {
                Ok(Switch::Fault(fault, lasts)) => printer.set_fault(fault, lasts, Instant::now()),
                Ok(Switch::DropAfter(bytes)) => drop_at = Some(printer.received() + bytes),
                Ok(Switch::Stop) => return,
                Err(_) => {}
            }
            if caller.is_none()
                && let Ok((stream, _)) = listener.accept()
            {
                stream.set_nonblocking(true).expect("a socket");
                caller = Some(stream);
            }
            if let Some(stream) = &mut caller {
                let mut buffer = [0; 512];
                match stream.read(&mut buffer) {
                    Ok(0) => caller = None,
                    Ok(count) => printer.receive(&buffer[..count], Instant::now()),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                    Err(_) => caller = None,
                }
            }
            let said = printer.said(Instant::now());
            if drop_at.take_if(|at| *at <= printer.received()).is_some() {
                caller = None;
            }
            if let Some(stream) = &mut caller {
                let _ = stream.write_all(&said);
            }
            while let Some(slip) = printer.slip() {
                let _ = out.send(slip.text);
            }
        }
    });
    Networked {
        address,
        switches,
        slips,
        thread: Some(thread),
    }
}

fn driver(address: SocketAddr) -> PrinterHandle {
    spawn(PortSettings {
        address: Address::Network(address),
        baud: 115_200,
        profile: profile(MODEL),
        doubtful: Vec::new(),
    })
    .expect("a thread")
}

#[test]
fn a_slip_is_printed_over_the_network_and_answered_for() {
    let printer = networked();
    let driver = driver(printer.address);
    wait(&driver, ready);
    driver.submit(job(2, 3, &profile(MODEL))).expect("taken");
    assert_eq!(
        wait(&driver, ends),
        PrinterEvent::Printed(FenceId::from_number(2))
    );
    let slip = printer
        .slips
        .recv_timeout(Duration::from_secs(20))
        .expect("a slip");
    assert!(slip.contains("end 2."), "{slip}");
}

#[test]
fn a_connection_that_ends_within_a_slip_leaves_doubt_and_is_made_anew() {
    let printer = networked();
    let driver = driver(printer.address);
    wait(&driver, ready);
    // Once something is printed the driver has no more doubts about what came before it.
    driver.submit(job(4, 1, &profile(MODEL))).expect("taken");
    assert_eq!(
        wait(&driver, ends),
        PrinterEvent::Printed(FenceId::from_number(4))
    );
    printer
        .switches
        .send(Switch::Fault(Fault::NoPaper, true))
        .expect("it runs");
    wait(&driver, troubled(Trouble::PaperOut));
    let refused = job(1, 3, &profile(MODEL));
    driver.submit(refused.clone()).expect("taken");
    let out = Reason::Trouble(Trouble::PaperOut);
    assert_eq!(wait(&driver, ends), PrinterEvent::NotSent(refused.fence, out));
    printer
        .switches
        .send(Switch::Fault(Fault::NoPaper, false))
        .expect("it runs");
    wait(&driver, ready);
    let long = job(2, 3000, &profile(MODEL));
    printer.switches.send(Switch::DropAfter(5000)).expect("it runs");
    driver.submit(long.clone()).expect("taken");
    let lost = Reason::Trouble(Trouble::NotConnected);
    assert_eq!(wait(&driver, ends), PrinterEvent::InDoubt(long.fence, lost));
    wait(&driver, ready);
    let next = job(3, 3, &profile(MODEL));
    driver.submit(next.clone()).expect("taken");
    assert_eq!(wait(&driver, ends), PrinterEvent::Printed(next.fence));
}

#[test]
fn a_printer_nobody_finds_on_the_network_refuses_and_comes_back_by_itself() {
    // A port that was free a moment ago.
    let address = TcpListener::bind("127.0.0.1:0")
        .and_then(|it| it.local_addr())
        .expect("a port");
    let driver = driver(address);
    let refused = job(1, 3, &profile(MODEL));
    driver.submit(refused.clone()).expect("taken");
    let lost = Reason::Trouble(Trouble::NotConnected);
    assert_eq!(wait(&driver, ends), PrinterEvent::NotSent(refused.fence, lost));
    assert_eq!(driver.port_fault(), Some(PortFault::NoAnswer));
    let _printer = switched_on(TcpListener::bind(address).expect("still free"));
    wait(&driver, ready);
    assert_eq!(driver.port_fault(), None);
}

#[test]
fn a_printer_on_the_network_can_be_probed() {
    let printer = networked();
    let found = probe::run(&Address::Network(printer.address), &[]).expect("it picks up");
    assert_eq!((found.answers, found.baud, found.fence), (true, None, Fence::Id));
    assert!(found.proposal(80).expect("it answers").contains("fence = \"id\""));
}

#[test]
fn an_address_is_a_device_or_a_number_on_the_network() {
    let of = |text: &str| Address::from(Path::new(text));
    assert_eq!(
        of("tcp://192.168.1.50:9100"),
        Address::Network(([192, 168, 1, 50], 9100).into())
    );
    for device in ["/dev/lobby-printer", "tcp://printer:9100", "tcp://192.168.1.50"] {
        assert_eq!(of(device), Address::Serial(device.into()));
        assert_eq!(of(device).to_string(), device);
    }
}
