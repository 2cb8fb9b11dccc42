//! `docs/guide.md`, followed as it stands: each command is run, each click made, and what is printed below a command is
//! what it has to print.

use clap::Parser;

use super::expected::Expected;
use super::shell::Shell;
use crate::harness::World;

/// What the page begins with. A world of our own stands for it: the same servers and app, on free ports.
const START: &str = "cargo dev --tenant tenants/blank.yaml --own-backend";

/// How the page starts the backend.
const BACKEND: &str = "run --package calendar-api -- --allowed-origin";

#[tokio::test(flavor = "multi_thread")]
async fn every_command_and_click_of_the_page_does_what_it_says() {
    let mut world = World::blank().await;
    let page = devkit::workspace::root().join("docs/guide.md");
    let page = std::fs::read_to_string(page).expect("the page can be read");
    let steps = steps(&here(&page, &world));
    let mut shell = Shell::start();

    for step in steps {
        match step {
            Step::Run { commands, expected: None } if commands == START => check_start(),
            Step::Run { commands, expected } => {
                let output = shell.run(&commands).await;
                if let Some(expected) = expected {
                    expected.check(&output, &commands);
                }
                if commands.contains(BACKEND) {
                    let call = shell.call_of_cargo().await;
                    assert_eq!(call.words, format!("{BACKEND} {}", world.at("")));
                    let restarted =
                        world.stack.restart_calendar_api(&call.client_id, &call.client_secret);
                    restarted.await.expect("the backend starts as the client that was made");
                }
            }
            Step::Open(url) => world.browser.open(&url).await,
            Step::Press(name) => world.browser.press(&name).await,
            Step::Read(words) => world.browser.read(&words).await,
        }
    }
}

/// `cargo dev` has these flags, and they mean the world that we are in.
fn check_start() {
    #[derive(Parser)]
    struct Dev {
        #[command(flatten)]
        _args: devkit::dev::Args,
    }
    let words = START.split(' ').skip(1);
    assert!(Dev::try_parse_from(words).is_ok(), "cargo dev does not know: {START}");
}

/// The page with the addresses of this world in the place of the usual ones.
fn here(page: &str, world: &World) -> String {
    page.replace("http://localhost:8080", &world.at(""))
        .replace("http://localhost:4400", world.stack.tenant_url())
        .replace("http://localhost:4401", world.stack.calendar_api_url())
        .replace("http://localhost:4402", world.stack.provider().url())
}

/// What the page asks of its reader.
enum Step {
    Run { commands: String, expected: Option<Expected> },
    Open(String),
    Press(String),
    Read(String),
}

/// Everything that is to be done, in order. What looks like a step and is none that we know stops the test: nothing of the
/// page goes unread.
fn steps(page: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let block = block.join("\n");
            match (language, steps.last_mut()) {
                ("sh", _) => steps.push(Step::Run { commands: block, expected: None }),
                ("json", Some(Step::Run { expected: expected @ None, .. })) => {
                    let json = serde_json::from_str(&block);
                    *expected = Some(Expected::Json(json.expect("a JSON block of the page")));
                }
                ("text", Some(Step::Run { expected: expected @ None, .. })) => {
                    *expected = Some(Expected::Text(block));
                }
                _ => panic!("a block of the page that belongs to no command:\n{block}"),
            }
        } else if let Some(item) = line.strip_prefix("- ") {
            steps.push(click(item).unwrap_or_else(|| panic!("no click that we know: {item}")));
        }
    }
    assert!(steps.len() > 30, "the page has become short: {} steps", steps.len());
    steps
}

fn click(item: &str) -> Option<Step> {
    let (verb, rest) = item.split_once(' ')?;
    let within = |open, close| rest.strip_prefix(open)?.strip_suffix(close).map(str::to_owned);
    match verb {
        "Open" => within("<", ">").map(Step::Open),
        "Press" => within("**", "**").map(Step::Press),
        "Read" => within("**", "**").map(Step::Read),
        _ => None,
    }
}
