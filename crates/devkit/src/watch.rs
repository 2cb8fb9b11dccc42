//! Waits: for the end of a process that is not our child, and for servers to answer.

use rustix::process::Pid;
use std::time::Duration;

/// How often to look where nothing tells us.
const INTERVAL: Duration = Duration::from_millis(200);

/// Waits until a process has ended.
pub async fn end_of(process: Pid) {
    #[cfg(target_os = "linux")]
    if told_the_end_of(process).await {
        return;
    }
    let mut interval = tokio::time::interval(INTERVAL);
    while rustix::process::test_kill_process(process).is_ok() {
        interval.tick().await;
    }
}

/// Linux tells the end of a process by a descriptor, even while nobody has taken note of its exit status.
#[cfg(target_os = "linux")]
async fn told_the_end_of(process: Pid) -> bool {
    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::process::{PidfdFlags, pidfd_open};
    let Ok(process) = pidfd_open(process, PidfdFlags::empty()) else {
        return false;
    };
    let (tell, told) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let ended = poll(&mut [PollFd::new(&process, PollFlags::IN)], None);
        // Nobody listens any more when the servers have ended for another reason.
        let _heard = tell.send(ended.is_ok());
    });
    told.await.unwrap_or(false)
}

/// Whether a URL answers 200 at this moment.
async fn answers(client: &reqwest::Client, url: &str) -> bool {
    let reply = client.get(url).timeout(Duration::from_secs(2)).send().await;
    reply.is_ok_and(|reply| reply.status().is_success())
}

/// Whether all URLs answer 200 at this moment.
pub async fn answer_now(client: &reqwest::Client, urls: &[String]) -> bool {
    for url in urls {
        if !answers(client, url).await {
            return false;
        }
    }
    true
}

/// Waits until all URLs answer 200.
pub async fn all_answer(client: &reqwest::Client, urls: &[String]) {
    let mut interval = tokio::time::interval(INTERVAL);
    for url in urls {
        while !answers(client, url).await {
            interval.tick().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::end_of;
    use rustix::process::Pid;
    use std::time::Duration;
    use tokio::process::Command;
    use tokio::time::timeout;

    #[tokio::test]
    async fn the_end_of_a_process_is_noticed_and_not_before() {
        let mut process =
            Command::new("sleep").arg("60").kill_on_drop(true).spawn().expect("starts");
        let pid = process.id().and_then(|id| Pid::from_raw(id.cast_signed())).expect("runs");

        assert!(timeout(Duration::from_millis(300), end_of(pid)).await.is_err());
        process.start_kill().expect("is killed");
        assert!(timeout(Duration::from_secs(5), end_of(pid)).await.is_ok());
    }
}
