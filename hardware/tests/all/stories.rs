//! Stories: a printer, a fault, and what the driver says of it. Time is virtual.

use std::time::Duration;

use expect_test::{Expect, expect};
use hardware::printer::{FenceId, PrinterEvent};
use hardware::profile::{Fence, Profile};
use hardware::simulator::Fault;
use hardware::simulator::joined::Joined;

use crate::support::{job, profile};

/// Plays a script, a step a line, and compares what was heard with what is expected. Only this function knows the API.
///
/// `print 7 [x30]` · `clear` · `wait 500` (ms) · `until 40` (bytes the printer got since) · `break FAULT` · `heal FAULT`
fn check(profile: Profile, script: &str, expected: Expect) {
    let mut joined = Joined::new(profile.clone(), [FenceId::from_number(1)]);
    let (mut heard, mut slips) = (String::new(), 0);
    for step in script.lines().map(str::trim) {
        let words: Vec<&str> = step.split(' ').collect();
        let number = |at: usize| {
            words[at]
                .trim_start_matches('x')
                .parse::<u64>()
                .expect("a number")
        };
        match words[0] {
            "print" => {
                let lines = if words.len() > 2 { number(2) as usize } else { 4 };
                joined.submit(job(number(1), lines, &profile));
            }
            "clear" => joined.clear(),
            "wait" => {
                for _ in 0..number(1) / 50 {
                    joined.run(Duration::from_millis(50));
                    listen(&mut joined, &mut heard, &mut slips);
                }
            }
            "until" => {
                let wanted = joined.simulated.received() + number(1);
                let limit = Duration::from_secs(9);
                assert!(joined.run_while_not(limit, |joined| joined.simulated.received() >= wanted));
            }
            "break" | "heal" => joined.set_fault(words[1].parse().expect("a fault"), words[0] == "break"),
            other => panic!("no such step: {other}"),
        }
        listen(&mut joined, &mut heard, &mut slips);
    }
    expected.assert_eq(&format!("{heard}{slips} slips\n"));
}

/// Writes down what fell out and what the driver said, with the second it was noticed.
fn listen(joined: &mut Joined, heard: &mut String, slips: &mut usize) {
    let seconds = joined.elapsed().as_secs_f64();
    while let Some(slip) = joined.simulated.slip() {
        *slips += 1;
        let found: Vec<&str> = slip.text.lines().filter(|line| line.ends_with('.')).collect();
        *heard += &format!("{seconds:5.1} paper: {}\n", found.join(" … "));
    }
    for event in joined.take_events() {
        let said = match event {
            PrinterEvent::Status(status) => match status.trouble() {
                None => format!("ready, paper {:?}", status.paper),
                Some(trouble) => format!("{trouble:?}"),
            },
            PrinterEvent::Printed(fence) => format!("printed {}", number_of(fence)),
            PrinterEvent::LatePrinted(fence) => format!("printed {} after all", number_of(fence)),
            PrinterEvent::NotSent(fence, reason) => format!("not sent {}: {reason:?}", number_of(fence)),
            PrinterEvent::InDoubt(fence, reason) => format!("in doubt {}: {reason:?}", number_of(fence)),
            // Rolls have their own stories.
            PrinterEvent::NewRoll => continue,
        };
        *heard += &format!("{seconds:5.1} {said}\n");
    }
}

fn number_of(fence: FenceId) -> u64 {
    (0..100)
        .find(|number| FenceId::from_number(*number) == fence)
        .expect("a job of the script")
}

fn id() -> Profile {
    profile("gprinter-gp-l80")
}

fn paper() -> Profile {
    profile("generic-80")
}

#[test]
fn a_slip_is_printed_and_answered_for() {
    check(
        id(),
        "wait 100\nprint 2\nwait 1500",
        expect![[r#"
              0.1 ready, paper Plenty
              0.5 paper: begin 2. … end 2.
              0.6 printed 2
            1 slips
        "#]],
    );
    check(
        paper(),
        "wait 100\nprint 2\nwait 1500",
        expect![[r#"
              0.1 ready, paper Plenty
              0.5 paper: begin 2. … end 2.
              0.7 printed 2
            1 slips
        "#]],
    );
}

#[test]
fn the_first_byte_of_a_slip_leaves_within_20_ms_of_its_handing_over() {
    for profile in [id(), paper()] {
        let mut joined = Joined::new(profile.clone(), []);
        joined.run(Duration::from_millis(1500));
        let handed_over = joined.elapsed();
        let before = joined.sent.len();
        joined.submit(job(2, 3, &profile));
        // Four questions of three bytes come first; their answers are waited for.
        assert!(joined.run_while_not(Duration::from_secs(1), |joined| joined.sent.len() > before + 12));
        let took = joined.elapsed() - handed_over;
        crate::support::say(&format!("first byte after {took:?} at {} baud", profile.baud));
        assert!(took <= Duration::from_millis(20), "{took:?}");
    }
}

#[test]
fn no_paper_is_known_before_the_next_visitor_comes() {
    check(
        id(),
        "wait 1500\nbreak no-paper\nwait 1100\nprint 2\nwait 400\nheal no-paper\nwait 1100\nprint 3\nwait 1500",
        expect![[r#"
              0.1 ready, paper Plenty
              2.2 PaperOut
              2.6 not sent 2: Trouble(PaperOut)
              3.6 ready, paper Plenty
              4.4 paper: begin 3. … end 3.
              4.5 printed 3
            1 slips
        "#]],
    );
}

#[test]
fn paper_that_ends_within_a_slip_leaves_it_in_doubt_until_the_held_slip_comes_out() {
    let script = "wait 100\nprint 2\nuntil 60\nbreak no-paper\nwait 6000\nheal no-paper\nwait 2000\nprint 3\nwait 2000";
    check(
        id(),
        script,
        expect![[r#"
              0.1 ready, paper Plenty
              1.4 PaperOut
              5.2 in doubt 2: Trouble(PaperOut)
              6.3 paper: begin 2. … end 2.
              6.5 printed 2 after all
              7.2 ready, paper Plenty
              8.4 paper: begin 3. … end 3.
              8.5 printed 3
            2 slips
        "#]],
    );
    // Without an id no late answer can be told from another, so the slip stays in doubt; the next one is told right.
    check(
        paper(),
        script,
        expect![[r#"
              0.1 ready, paper Plenty
              1.4 PaperOut
              5.2 in doubt 2: Trouble(PaperOut)
              6.3 paper: begin 2. … end 2.
              7.2 ready, paper Plenty
              8.5 paper: begin 3. … end 3.
              8.7 printed 3
            2 slips
        "#]],
    );
}

#[test]
fn a_held_slip_never_appears_beside_its_reprint() {
    let script = "wait 100\nprint 2\nuntil 12\nbreak no-paper\nwait 6000\nclear\nheal no-paper\nwait 1100\nprint 3\nwait 2000";
    check(
        id(),
        script,
        expect![[r#"
              0.1 ready, paper Plenty
              1.4 PaperOut
              5.2 in doubt 2: Trouble(PaperOut)
              6.2 ready, paper Plenty
              7.5 paper: begin 3. … end 3.
              7.7 printed 3
            1 slips
        "#]],
    );
    check(
        paper(),
        script,
        expect![[r#"
              0.1 ready, paper Plenty
              1.4 PaperOut
              5.2 in doubt 2: Trouble(PaperOut)
              6.2 ready, paper Plenty
              7.5 paper: begin 3. … end 3.
              7.8 printed 3
            1 slips
        "#]],
    );
}

#[test]
fn every_other_fault_is_told_by_its_name_and_heals() {
    for (fault, expected) in [
        (
            "near-end",
            expect![[r#"
                  0.1 ready, paper Plenty
                  2.2 ready, paper NearEnd
                  4.3 paper: begin 2. … end 2.
                  4.5 printed 2
                  6.5 ready, paper Plenty
                  8.2 paper: begin 3. … end 3.
                  8.3 printed 3
                2 slips
            "#]],
        ),
        (
            "cover",
            expect![[r#"
                  0.1 ready, paper Plenty
                  2.2 CoverOpen
                  4.0 not sent 2: Trouble(CoverOpen)
                  6.0 ready, paper Plenty
                  8.3 paper: begin 3. … end 3.
                  8.4 printed 3
                1 slips
            "#]],
        ),
        (
            "cutter",
            expect![[r#"
                  0.1 ready, paper Plenty
                  2.2 CutterStuck
                  4.0 not sent 2: Trouble(CutterStuck)
                  6.0 ready, paper Plenty
                  8.3 paper: begin 3. … end 3.
                  8.4 printed 3
                1 slips
            "#]],
        ),
        (
            "head-hot",
            expect![[r#"
                  0.1 ready, paper Plenty
                  2.2 HeadHot
                  4.0 not sent 2: Trouble(HeadHot)
                  6.0 ready, paper Plenty
                  8.3 paper: begin 3. … end 3.
                  8.4 printed 3
                1 slips
            "#]],
        ),
        (
            "offline",
            expect![[r#"
                  0.1 ready, paper Plenty
                  2.2 Offline
                  4.0 not sent 2: Trouble(Offline)
                  6.0 ready, paper Plenty
                  8.3 paper: begin 3. … end 3.
                  8.4 printed 3
                1 slips
            "#]],
        ),
        (
            "mute",
            expect![[r#"
                  0.1 ready, paper Plenty
                  3.0 Mute
                  4.3 not sent 2: Trouble(Mute)
                  6.0 ready, paper Plenty
                  8.3 paper: begin 3. … end 3.
                  8.4 printed 3
                1 slips
            "#]],
        ),
        (
            "hang-up",
            expect![[r#"
                  0.1 ready, paper Plenty
                  1.5 NotConnected
                  4.0 not sent 2: Trouble(NotConnected)
                  5.5 ready, paper Plenty
                  8.3 paper: begin 3. … end 3.
                  8.4 printed 3
                1 slips
            "#]],
        ),
    ] {
        check(
            id(),
            &format!(
                "wait 1500\nbreak {fault}\nwait 2500\nprint 2\nwait 1500\nheal {fault}\nwait 2500\nprint 3\nwait 1500"
            ),
            expected,
        );
    }
}

#[test]
fn a_cutter_that_sticks_holds_the_slip_and_its_answer() {
    check(
        id(),
        "wait 100\nprint 2\nuntil 30\nbreak cutter\nwait 6000\nheal cutter\nwait 1000",
        expect![[r#"
              0.1 ready, paper Plenty
              1.5 CutterStuck
              5.2 in doubt 2: Trouble(CutterStuck)
              6.2 paper: begin 2. … end 2.
              6.2 ready, paper Plenty
              6.3 printed 2 after all
            1 slips
        "#]],
    );
}

#[test]
fn a_wrong_echo_is_thrown_away_and_the_second_witness_is_asked() {
    check(
        id(),
        "wait 100\nbreak wrong-echo\nprint 2\nwait 4000",
        expect![[r#"
              0.1 ready, paper Plenty
              0.5 paper: begin 2. … end 2.
              1.7 printed 2
            1 slips
        "#]],
    );
}

#[test]
fn an_echo_of_an_older_job_does_not_answer_for_this_one() {
    check(
        id(),
        "wait 100\nprint 2\nwait 1500\nbreak old-echo\nprint 3\nwait 4000",
        expect![[r#"
              0.1 ready, paper Plenty
              0.5 paper: begin 2. … end 2.
              0.6 printed 2
              1.8 paper: begin 3. … end 3.
              3.0 printed 3
            2 slips
        "#]],
    );
}

#[test]
fn flow_control_that_was_left_on_holds_a_slip_and_is_not_taken_for_an_answer() {
    let script =
        "wait 100\nprint 2\nuntil 60\nbreak xoff\nwait 6000\nheal xoff\nwait 2000\nprint 3\nwait 2000";
    check(
        id(),
        script,
        expect![[r#"
              0.1 ready, paper Plenty
              1.4 Offline
              5.2 in doubt 2: Trouble(Offline)
              6.3 paper: begin 2. … end 2.
              6.5 printed 2 after all
              7.2 ready, paper Plenty
              8.4 paper: begin 3. … end 3.
              8.5 printed 3
            2 slips
        "#]],
    );
    check(
        paper(),
        script,
        expect![[r#"
              0.1 ready, paper Plenty
              1.4 Offline
              5.2 in doubt 2: Trouble(Offline)
              6.3 paper: begin 2. … end 2.
              7.2 ready, paper Plenty
              8.5 paper: begin 3. … end 3.
              8.7 printed 3
            2 slips
        "#]],
    );
}

#[test]
fn a_slip_that_stays_half_written_is_in_doubt_and_the_next_one_is_whole() {
    let script = "wait 100\nprint 4\nuntil 100\nbreak half-written\nwait 9000\nheal half-written\nwait 2000\nprint 5\nwait 5000\nprint 6\nwait 3000";
    check(
        id(),
        script,
        expect![[r#"
              0.1 ready, paper Plenty
              1.5 Mute
              5.2 in doubt 4: Trouble(Mute)
              9.3 ready, paper Plenty
             11.3 paper: begin 4.
             11.6 paper: begin 5. … end 5.
             11.7 printed 5
             16.4 paper: begin 6. … end 6.
             16.6 printed 6
            3 slips
        "#]],
    );
    check(
        paper(),
        script,
        expect![[r#"
              0.1 ready, paper Plenty
              1.5 Mute
              5.2 in doubt 4: Trouble(Mute)
              9.3 ready, paper Plenty
             11.3 paper: begin 4.
             11.6 paper: begin 5. … end 5.
             11.8 printed 5
             16.4 paper: begin 6. … end 6.
             16.7 printed 6
            3 slips
        "#]],
    );
}

#[test]
fn a_late_echo_turns_doubt_into_certainty() {
    check(
        id(),
        "wait 100\nbreak late-echo\nprint 2\nwait 6000\nheal late-echo\nprint 3\nwait 2000\nwait 30000",
        expect![[r#"
              0.1 ready, paper Plenty
              0.5 paper: begin 2. … end 2.
              5.2 in doubt 2: NoAnswer
              6.4 paper: begin 3. … end 3.
              6.5 printed 3
             30.6 printed 2 after all
            2 slips
        "#]],
    );
    check(
        paper(),
        "wait 100\nbreak late-echo\nprint 2\nwait 6000\nheal late-echo\nprint 3\nwait 9000\nwait 30000",
        expect![[r#"
              0.1 ready, paper Plenty
              0.5 paper: begin 2. … end 2.
              5.2 in doubt 2: NoAnswer
              9.4 paper: begin 3. … end 3.
              9.7 printed 3
            2 slips
        "#]],
    );
}

#[test]
fn a_mute_printer_that_prints_all_the_same_leaves_doubt() {
    check(
        id(),
        "wait 100\nprint 2\nuntil 40\nbreak mute\nwait 6000\nheal mute\nwait 1500\nprint 3\nwait 2000",
        expect![[r#"
              0.1 ready, paper Plenty
              0.4 paper: begin 2. … end 2.
              1.4 Mute
              5.2 in doubt 2: Trouble(Mute)
              6.5 ready, paper Plenty
              8.0 paper: begin 3. … end 3.
              8.1 printed 3
            2 slips
        "#]],
    );
}

#[test]
fn power_lost_in_the_middle_leaves_doubt_and_the_next_slip_is_whole() {
    let script = "wait 100\nprint 4\nuntil 80\nbreak power-off\nwait 9000\nheal power-off\nwait 2500\nprint 5\nwait 5000\nprint 6\nwait 3000";
    check(
        id(),
        script,
        expect![[r#"
              0.1 ready, paper Plenty
              1.5 Mute
              5.2 in doubt 4: Trouble(Mute)
             10.4 ready, paper Plenty
             12.0 paper: begin 5. … end 5.
             12.2 printed 5
             16.9 paper: begin 6. … end 6.
             17.1 printed 6
            2 slips
        "#]],
    );
    check(
        paper(),
        script,
        expect![[r#"
              0.1 ready, paper Plenty
              1.5 Mute
              5.2 in doubt 4: Trouble(Mute)
             10.4 ready, paper Plenty
             15.0 paper: begin 5. … end 5.
             15.3 printed 5
             16.9 paper: begin 6. … end 6.
             17.2 printed 6
            2 slips
        "#]],
    );
}

#[test]
fn a_line_that_is_pulled_out_and_put_in_again_leaves_no_half_command_behind() {
    let script = "wait 100\nprint 4\nuntil 100\nbreak hang-up\nwait 500\nheal hang-up\nprint 5\nwait 3000";
    check(
        id(),
        script,
        expect![[r#"
              0.1 ready, paper Plenty
              0.2 in doubt 4: Trouble(NotConnected)
              0.2 NotConnected
              0.8 ready, paper Plenty
              0.8 paper: begin 4.
              1.1 paper: begin 5. … end 5.
              1.2 printed 5
            2 slips
        "#]],
    );
    check(
        paper(),
        script,
        expect![[r#"
              0.1 ready, paper Plenty
              0.2 in doubt 4: Trouble(NotConnected)
              0.2 NotConnected
              0.8 ready, paper Plenty
              0.8 paper: begin 4.
              1.1 paper: begin 5. … end 5.
              1.3 printed 5
            2 slips
        "#]],
    );
}

#[test]
fn noise_is_not_taken_for_an_answer() {
    check(
        paper(),
        "wait 100\nbreak garbage\nprint 2\nwait 9000\nheal garbage\nwait 1500\nprint 3\nwait 2000",
        expect![[r#"
              0.1 ready, paper Plenty
              0.5 paper: begin 2. … end 2.
              5.2 PaperOut
              5.2 in doubt 2: Trouble(PaperOut)
              5.2 ready, paper Plenty
             10.9 paper: begin 3. … end 3.
             11.2 printed 3
            2 slips
        "#]],
    );
    check(
        paper(),
        "wait 100\nprint 2\nuntil 20\nbreak no-paper\nbreak garbage\nwait 9000\nheal garbage\nheal no-paper\nwait 4000",
        expect![[r#"
              0.1 ready, paper Plenty
              5.1 PaperOut
              5.1 in doubt 2: Trouble(PaperOut)
              5.2 PaperOut
              9.2 ready, paper Plenty
              9.3 paper: begin 2. … end 2.
            1 slips
        "#]],
    );
}

#[test]
fn a_printer_without_a_fence_is_never_said_to_have_printed() {
    check(
        Profile {
            fence: Fence::None,
            ..paper()
        },
        "wait 100\nprint 2\nwait 6000",
        expect![[r#"
              0.1 ready, paper Plenty
              1.4 Mute
              2.5 paper: begin 2. … end 2.
              2.6 ready, paper Plenty
              5.2 in doubt 2: NoAnswer
            1 slips
        "#]],
    );
}

#[test]
fn a_second_job_is_refused_while_the_first_is_being_printed() {
    check(
        id(),
        "wait 100\nprint 2\nprint 3\nwait 2000",
        expect![[r#"
              0.1 ready, paper Plenty
              0.1 not sent 3: Busy
              0.5 paper: begin 2. … end 2.
              0.6 printed 2
            1 slips
        "#]],
    );
}

#[test]
fn a_long_paper_goes_in_pieces_that_are_each_answered_for() {
    check(
        id(),
        "wait 100\nprint 2 x600\nwait 30000",
        expect![[r#"
              0.1 ready, paper Plenty
             15.3 paper: begin 2. … end 2.
             15.5 printed 2
            1 slips
        "#]],
    );
    check(
        id(),
        "wait 100\nprint 2 x600\nwait 4000\nbreak no-paper\nwait 30000\nheal no-paper\nwait 2000\nprint 3\nwait 3000",
        expect![[r#"
              0.1 ready, paper Plenty
              4.7 PaperOut
              5.8 PaperOut
             21.6 in doubt 2: Trouble(PaperOut)
             34.9 ready, paper Plenty
             36.1 paper: begin 2.
             36.4 paper: begin 3. … end 3.
             36.5 printed 3
            2 slips
        "#]],
    );
}

#[test]
fn an_echo_of_a_job_from_before_the_start_is_told() {
    // Job 1 was in doubt when the program started; the printer held it, and prints it now.
    let mut joined = Joined::new(id(), [FenceId::from_number(1)]);
    joined.set_fault(Fault::NoPaper, true);
    joined.simulated.receive(
        &hardware::escpos::fence(&id(), FenceId::from_number(1)),
        joined.now(),
    );
    joined.run(Duration::from_secs(2));
    joined.set_fault(Fault::NoPaper, false);
    joined.run(Duration::from_secs(1));
    let late = joined
        .take_events()
        .into_iter()
        .filter(|event| matches!(event, PrinterEvent::LatePrinted(_)));
    assert_eq!(
        late.collect::<Vec<_>>(),
        [PrinterEvent::LatePrinted(FenceId::from_number(1))]
    );
}

#[test]
fn the_simulated_printer_answers_as_the_vectors_say() {
    use hardware::simulator::SimulatedPrinter;
    let start = std::time::Instant::now();
    for (fault, byte) in [
        (None, 0x00),
        (Some(Fault::NearEnd), 0x03),
        (Some(Fault::Offline), 0xff),
        (Some(Fault::NoPaper), 0xff),
    ] {
        let mut printer = SimulatedPrinter::new(id(), 9600, start);
        if let Some(fault) = fault {
            printer.set_fault(fault, true, start);
        }
        // A question in print order is not answered while a fault lasts, and is once it is over.
        printer.receive(&hardware::escpos::ASK_PAPER, start);
        let soon = start + Duration::from_millis(20);
        let answer = Vec::from_iter((byte != 0xff).then_some(byte));
        assert_eq!(printer.said(soon), answer, "{fault:?}");
        if byte == 0xff {
            printer.set_fault(fault.expect("a fault"), false, soon);
            assert_eq!(
                printer.said(soon + Duration::from_millis(20)),
                [0x00],
                "{fault:?}"
            );
        }
    }
    for (fault, vector) in [
        (None, [0x12, 0x12, 0x12, 0x12]),
        (Some(Fault::NearEnd), [0x12, 0x12, 0x12, 0x1e]),
        (Some(Fault::NoPaper), [0x1a, 0x32, 0x12, 0x7e]),
        (Some(Fault::CoverOpen), [0x1a, 0x16, 0x12, 0x12]),
        (Some(Fault::Offline), [0x1a, 0x12, 0x12, 0x12]),
    ] {
        let mut printer = SimulatedPrinter::new(id(), 9600, start);
        if let Some(fault) = fault {
            printer.set_fault(fault, true, start);
        }
        printer.receive(&[0x10, 4, 1, 0x10, 4, 2, 0x10, 4, 3, 0x10, 4, 4], start);
        assert_eq!(
            printer.said(start + Duration::from_millis(20)),
            vector,
            "{fault:?}"
        );
    }
}

/// A program was killed when the printer had got this many bytes of job 1; what the next one prints must be whole.
fn killed_after(bytes: usize, profile: &Profile) -> (String, Vec<PrinterEvent>) {
    let mut joined = Joined::new(profile.clone(), [FenceId::from_number(1)]);
    let first = job(1, 4, profile).bytes;
    joined.simulated.receive(&first[..bytes], joined.now());
    joined.submit(job(4, 4, profile));
    joined.run(Duration::from_secs(20));
    let paper = std::iter::from_fn(|| joined.simulated.slip()).map(|slip| slip.text + "cut\n");
    let paper = paper.collect();
    let mut events = joined.take_events();
    events.retain(|event| !matches!(event, PrinterEvent::Status(_)));
    (paper, events)
}

#[test]
fn wherever_a_program_is_killed_within_a_slip_the_next_one_is_whole_and_on_a_paper_of_its_own() {
    let fence = FenceId::from_number(4);
    for name in ["gprinter-gp-l80", "generic-80", "generic-58"] {
        let profile = Profile {
            baud: 115_200,
            ..profile(name)
        };
        for bytes in 0..job(1, 4, &profile).bytes.len() {
            let (paper, events) = killed_after(bytes, &profile);
            assert_eq!(events, [PrinterEvent::Printed(fence)], "{name}, {bytes} bytes");
            let second = paper.split("cut\n").find(|slip| slip.contains("begin 4."));
            let second = second
                .unwrap_or_else(|| panic!("{name}, {bytes} bytes: {paper}"))
                .trim();
            let whole = second.starts_with("begin 4.") && second.ends_with("end 4.");
            assert!(whole, "{name}, {bytes} bytes: {paper}");
        }
    }
}

#[test]
fn a_printer_that_is_restarted_on_again_and_again_is_not_given_more_than_it_can_hold() {
    // Twelve programs, each killed as soon as its slip is on the line: what they sent waits in the printer.
    let profile = Profile {
        baud: 115_200,
        ..id()
    };
    let mut joined = Joined::new(profile.clone(), []);
    joined.run(Duration::from_millis(500));
    for number in 1..=12 {
        joined.start_again((1..number).map(FenceId::from_number));
        joined.submit(job(number, 12, &profile));
        joined.run(Duration::from_millis(100));
    }
    joined.run(Duration::from_secs(30));
    assert_eq!(joined.simulated.overrun(), 0);
    let events = joined.take_events();
    assert!(
        events.contains(&PrinterEvent::Printed(FenceId::from_number(12))),
        "{events:?}"
    );
}
