//! Signing keys that come and go while the server runs.

use std::{sync::Arc, time::Duration};

use adapters_auth::{DirectoryState, JwtAccessTokens};
use tokio::{
    task::{JoinHandle, spawn_blocking},
    time::{MissedTickBehavior, interval},
};

use crate::{failure::Failure, identity::Secrets};

/// How often the directory is looked at.
const LOOK: Duration = Duration::from_secs(2);
/// A new key is believed at once but signs only from so many looks later on, when every server has seen it.
const LOOKS_BEFORE_SIGNING: u32 = 2;

/// Looks at the directory of keys every other second, until the handle's task is ended.
pub(crate) fn watch(secrets: Secrets, tokens: Arc<JwtAccessTokens>) -> JoinHandle<()> {
    let mut watch = Watch { secrets, tokens, seen: None, waits: 0, told: None };
    tokio::spawn(async move {
        let mut ticks = interval(LOOK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let looked = spawn_blocking(move || {
                watch.look();
                watch
            });
            match looked.await {
                Ok(back) => watch = back,
                Err(error) => {
                    tracing::error!(%error, "the signing keys are not looked at any more");
                    return;
                }
            }
        }
    })
}

struct Watch {
    secrets: Secrets,
    tokens: Arc<JwtAccessTokens>,
    /// The directory when its keys were last taken.
    seen: Option<DirectoryState>,
    /// How many looks the newest key still waits before it signs.
    waits: u32,
    /// What is wrong, once it has been said.
    told: Option<String>,
}

impl Watch {
    /// Takes the keys over when they have changed. When something is wrong with them, those that there were stay, and it is
    /// said once.
    fn look(&mut self) {
        match self.take_over() {
            Ok(()) => self.told = None,
            Err(error) => {
                let told = error.to_string();
                if self.told.as_ref() != Some(&told) {
                    tracing::warn!("the signing keys stay as they are: {told}");
                    self.told = Some(told);
                }
            }
        }
    }

    fn take_over(&mut self) -> Result<(), Failure> {
        let state = DirectoryState::of(self.secrets.keys_dir())?;
        let changed = self.seen.as_ref() != Some(&state);
        if !changed && self.waits == 0 {
            return Ok(());
        }
        self.waits = if changed { LOOKS_BEFORE_SIGNING } else { self.waits - 1 };
        let signing = self.tokens.active_kid();
        let keys = match self.waits {
            0 => self.secrets.keys_as_they_are()?,
            _ => self.secrets.keys_signing_with(&signing)?,
        };
        self.seen = Some(state);
        let active = keys.active_kid().to_owned();
        // What has been verified with the same keys stays remembered.
        if active != signing || keys.jwks() != self.tokens.jwks() {
            self.tokens.replace_keys(keys);
        }
        if active != signing {
            tracing::info!(kid = active, "another key signs access tokens now");
        }
        Ok(())
    }
}
