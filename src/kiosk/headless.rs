//! A screen without a panel: our own Slint platform, drawn by the software renderer into memory.
//!
//! The loop sleeps until something happens: a finger, an answer, a snapshot, a picture asked for, or a timer.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{EventLoopProxy, Platform, WindowAdapter};
use slint::{ComponentHandle, EventLoopError, PlatformError, Rgb8Pixel};
use tokio::sync::{Notify, watch};

use crate::kiosk::{Kiosk, KioskFault, Setup};
use crate::screen::Picture;

/// The longest the loop sleeps though nothing happens, so that it is seen to live.
const SLEEP_MAX: Duration = Duration::from_secs(1);

/// How long a picture of something that moves stands: as long as on a panel.
const FRAME: Duration = Duration::from_millis(16);

type Event = Box<dyn FnOnce() + Send>;

/// What other threads may put into the loop.
#[derive(Default)]
pub(super) struct Queue {
    events: Mutex<VecDeque<Event>>,
    wake: Notify,
}

struct Memory {
    window: Rc<MinimalSoftwareWindow>,
    queue: Arc<Queue>,
}

impl Platform for Memory {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(self.window.clone())
    }

    fn new_event_loop_proxy(&self) -> Option<Box<dyn EventLoopProxy>> {
        Some(Box::new(Proxy(self.queue.clone())))
    }
}

struct Proxy(Arc<Queue>);

impl EventLoopProxy for Proxy {
    fn quit_event_loop(&self) -> Result<(), EventLoopError> {
        // The lobby's own stop ends this loop.
        Err(EventLoopError::EventLoopTerminated)
    }

    fn invoke_from_event_loop(&self, event: Event) -> Result<(), EventLoopError> {
        self.0
            .events
            .lock()
            .expect("nobody panics while holding the queue")
            .push_back(event);
        self.0.wake.notify_one();
        Ok(())
    }
}

/// A window in memory, and what other threads may put into the loop of this one.
pub(super) fn install() -> Result<(Rc<MinimalSoftwareWindow>, Arc<Queue>), PlatformError> {
    let window = MinimalSoftwareWindow::new(RepaintBufferType::ReusedBuffer);
    let queue = Arc::new(Queue::default());
    slint::platform::set_platform(Box::new(Memory {
        window: window.clone(),
        queue: queue.clone(),
    }))
    .map_err(|error| PlatformError::Other(error.to_string()))?;
    Ok((window, queue))
}

/// Shows the pages in memory until the lobby stops.
pub(super) fn run(setup: Setup) -> Result<(), KioskFault> {
    let (window, queue) = install()?;
    let (width, height) = (setup.width, setup.height);
    let pictures = setup.screen.pictures.clone();
    let mut stop = setup.stop.clone();
    let kiosk = Kiosk::open(setup)?;
    let canvas = RefCell::new(vec![Rgb8Pixel::default(); (width * height) as usize]);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|error| PlatformError::Other(error.to_string()))?;
    while !*stop.borrow() {
        loop {
            let event = queue
                .events
                .lock()
                .expect("nobody panics while holding the queue")
                .pop_front();
            let Some(event) = event else { break };
            event();
        }
        slint::platform::update_timers_and_animations();
        kiosk.pump();
        slint::platform::update_timers_and_animations();
        let drawn = window.draw_if_needed(|renderer| {
            renderer.render(&mut canvas.borrow_mut(), width as usize);
        });
        if drawn {
            publish(
                &pictures,
                &canvas.borrow(),
                (width, height),
                kiosk.next_sequence(),
            );
        }
        let sleep = sleep(
            kiosk.window().window().has_active_animations(),
            slint::platform::duration_until_next_timer_update(),
        );
        let stopped = runtime.block_on(async {
            tokio::select! {
                () = kiosk.something() => false,
                () = queue.wake.notified() => false,
                gone = stop.changed() => gone.is_err(),
                () = tokio::time::sleep(sleep) => false,
            }
        });
        if stopped {
            break;
        }
    }
    Ok(())
}

/// How long nothing needs doing: what moves is drawn until it stands.
fn sleep(moving: bool, timer: Option<Duration>) -> Duration {
    let most = if moving { FRAME } else { SLEEP_MAX };
    timer.map_or(most, |it| it.min(most))
}

fn publish(
    pictures: &watch::Sender<Option<Picture>>,
    canvas: &[Rgb8Pixel],
    (width, height): (u32, u32),
    sequence: u64,
) {
    let rgb = canvas.iter().flat_map(|it| [it.r, it.g, it.b]).collect();
    pictures.send_replace(Some(Picture {
        width,
        height,
        sequence,
        rgb,
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_comes_in_is_drawn_until_it_stands() {
        let clock = Some(Duration::from_millis(740));
        assert_eq!(sleep(true, clock), FRAME);
        assert_eq!(sleep(true, None), FRAME);
        assert_eq!(
            sleep(true, Some(Duration::from_millis(5))),
            Duration::from_millis(5)
        );
        assert_eq!(sleep(false, clock), Duration::from_millis(740));
        assert_eq!(sleep(false, None), SLEEP_MAX);
    }
}
