//! Pictures of what a person sees, for people to look at: name a folder in `STRONGROOM_PICTURES`.
//!
//! Each page is taken as on a desk and as in a hand, in light and in dark.

use crate::browser::{Browser, Extension};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const SIZES: [(u32, u32); 2] = [(1280, 1000), (390, 844)];

/// Where to put them, when anybody wants them.
fn folder() -> Option<PathBuf> {
    std::env::var_os("STRONGROOM_PICTURES").map(PathBuf::from)
}

impl Browser {
    /// Takes the page as it is now, if anybody wants to look.
    pub async fn picture(&self, name: &str) {
        if let Some(folder) = folder() {
            std::fs::create_dir_all(&folder).expect("a folder for pictures");
            self.take(name, &folder).await;
        }
    }

    async fn take(&self, name: &str, folder: &Path) {
        for (width, height) in SIZES {
            let size = json!({
                "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600,
            });
            self.tell("Emulation.setDeviceMetricsOverride", size).await;
            for theme in ["light", "dark"] {
                let scheme = json!({ "name": "prefers-color-scheme", "value": theme });
                self.tell("Emulation.setEmulatedMedia", json!({ "features": [scheme] })).await;
                let picture = self.client().screenshot().await.expect("a picture");
                let file = folder.join(format!("{name}-{width}-{theme}.png"));
                std::fs::write(file, picture).expect("the picture can be written");
            }
        }
        self.tell("Emulation.clearDeviceMetricsOverride", json!({})).await;
        self.tell("Emulation.setEmulatedMedia", json!({ "features": [] })).await;
    }

    /// A command of the [Chrome DevTools protocol](https://chromedevtools.github.io/devtools-protocol/).
    async fn tell(&self, method: &'static str, parameters: Value) {
        let body = json!({ "cmd": method, "params": parameters });
        let command = Extension { path: "goog/cdp/execute", body };
        let told = self.client().issue_cmd(command).await;
        told.unwrap_or_else(|error| panic!("{method}: {error}"));
    }
}
