//! A real browser: headless Chromium, driven by chromedriver; both end with the test.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, PointerAction, TouchActions};
use fantoccini::error::CmdError;
use fantoccini::{Client, ClientBuilder, Locator};
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::program::soon;

/// A browser with one page open.
pub struct Browser {
    runtime: Runtime,
    client: Client,
    driver: Child,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Opens one whose window has so many pixels.
    pub fn open(width: u32, height: u32) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // The browser is of this group, too, and so ends with it.
            .process_group(0)
            .spawn()
            .expect("chromedriver is installed; deploy/test.sh installs it");
        let mut lines = BufReader::new(driver.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok);
        let port = lines.find_map(|it| {
            Some(
                it.split_once("successfully on port ")?
                    .1
                    .trim_end_matches('.')
                    .to_owned(),
            )
        });
        std::thread::spawn(move || lines.for_each(drop));
        let port = port.expect("chromedriver tells its port");
        let arguments = [
            "--headless".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-background-networking".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-quic".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--lang=zh-CN".to_owned(),
            format!("--window-size={width},{height}"),
            format!("--user-data-dir={}", profile.path().display()),
        ];
        // The certificate a box makes for itself is nobody's the browser knows.
        let wanted = json!({"goog:chromeOptions": {"args": arguments}, "acceptInsecureCerts": true});
        let wanted = wanted.as_object().unwrap().clone();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let client = runtime.block_on(async {
            ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
                .capabilities(wanted)
                .connect(&format!("http://127.0.0.1:{port}"))
                .await
                .unwrap()
        });
        Self {
            runtime,
            client,
            driver,
            _profile: profile,
        }
    }

    /// Opens a page.
    pub fn goes(&self, url: &str) {
        self.runtime.block_on(self.client.goto(url)).unwrap();
    }

    /// Waits until `selector` is there.
    pub fn sees(&self, selector: &str) {
        self.sees_such(selector, "");
    }

    /// Waits until something at `selector` holds `text`.
    pub fn sees_such(&self, selector: &str, text: &str) {
        let script = "return [...document.querySelectorAll(arguments[0])].some(it => it.textContent.includes(arguments[1]))";
        soon(&format!("the page shows {text:?} at {selector}"), || {
            let found = self.runs(script, vec![json!(selector), json!(text)]).ok()?;
            found.as_bool().unwrap().then_some(())
        });
    }

    /// Types into what `selector` finds.
    pub fn types(&self, selector: &str, keys: &str) {
        self.sees(selector);
        self.runtime
            .block_on(async {
                self.client
                    .find(Locator::Css(selector))
                    .await?
                    .send_keys(keys)
                    .await
            })
            .unwrap_or_else(|error| panic!("{keys:?} into {selector}: {error}"));
    }

    /// Runs a script in the page.
    pub fn runs(&self, script: &str, arguments: Vec<Value>) -> Result<Value, CmdError> {
        self.runtime.block_on(self.client.execute(script, arguments))
    }

    /// Puts a finger on the page, there, and lifts it.
    pub fn touches(&self, x: f64, y: f64) {
        let finger = TouchActions::new("finger".to_owned())
            .then(PointerAction::MoveTo { duration: None, x, y })
            .then(PointerAction::Down {
                button: MOUSE_BUTTON_LEFT,
            })
            .then(PointerAction::Up {
                button: MOUSE_BUTTON_LEFT,
            });
        self.runtime
            .block_on(self.client.perform_actions(finger))
            .unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.runtime.block_on(self.client.clone().close());
        if let Some(group) = i32::try_from(self.driver.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.driver.wait();
    }
}
