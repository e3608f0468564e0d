//! The tablet's window: Tauri around the pages, and one command that hands what they ask to the tablet.
//!
//! Nothing is decided here; whatever can be tested without a screen lives in `tablet`.

mod answer;
mod place;

use place::Place;
use std::process::ExitCode;
use std::sync::Arc;
use tauri::webview::NewWindowResponse;
use tauri::{
    AppHandle, Emitter, Manager, RunEvent, State, Url, WebviewWindowBuilder, async_runtime,
};

/// The event under which the pages hear what the tablet tells without being asked.
const TOLD: &str = "grebeg";
/// The window of `tauri.conf.json`.
const WINDOW: &str = "main";

/// Does what a page asks, beside the window's own thread. Rejects with `{"error": {…}}`.
#[tauri::command]
async fn invoke(
    place: State<'_, Arc<Place>>,
    command: serde_json::Value,
) -> Result<serde_json::Value, serde_json::Value> {
    let place = Arc::clone(&place);
    let answered = async_runtime::spawn_blocking(move || answer::to(&place, command));
    answered
        .await
        .unwrap_or_else(|error| Err(answer::broken_off(&error)))
}

/// Opens the window and returns when it was closed. Exit: 0, or 1 where there is no screen to open it on.
pub fn run() -> ExitCode {
    let built = tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![invoke])
        .setup(|app| Ok(set_up(app.handle())?))
        .build(tauri::generate_context!());
    match built {
        Ok(app) => ExitCode::from(u8::try_from(app.run_return(end)).unwrap_or(1)),
        Err(error) => {
            eprintln!("error (no_window): {error}\nhint: start it where there is a screen");
            ExitCode::FAILURE
        }
    }
}

#[cfg(mobile)]
#[tauri::mobile_entry_point]
fn mobile() {
    run();
}

fn set_up(app: &AppHandle) -> tauri::Result<()> {
    let teller = app.clone();
    let place = Place::new(app.path().app_data_dir()?.join("home"), move |told| {
        // A window that is being closed hears nothing any more.
        drop(teller.emit_to(WINDOW, TOLD, told));
    });
    let place = Arc::new(place);
    app.manage(Arc::clone(&place));
    // The window is there at once; its first question waits for the store and nothing else.
    std::thread::spawn(move || drop(place.desk()));
    let config = app.config();
    let windows = config.app.windows.iter();
    for window in windows.filter(|window| window.label == WINDOW) {
        WebviewWindowBuilder::from_config(app, window)?
            .on_navigation(is_own_page)
            .on_new_window(|_, _| NewWindowResponse::Deny)
            .build()?;
    }
    Ok(())
}

/// The window shows the tablet's pages and no others, whatever is pasted or tapped.
fn is_own_page(url: &Url) -> bool {
    matches!(
        (url.scheme(), url.host_str()),
        ("tauri", Some("localhost")) | ("http" | "https", Some("tauri.localhost"))
    )
}

fn end(app: &AppHandle, event: RunEvent) {
    if matches!(event, RunEvent::Exit)
        && let Some(place) = app.try_state::<Arc<Place>>()
    {
        place.end();
    }
}

#[cfg(test)]
mod tests {
    use super::is_own_page;

    #[test]
    fn the_window_stays_on_its_own_pages() {
        for (url, own) in [
            ("tauri://localhost/tablet.html#/today", true),
            ("http://tauri.localhost/tablet.html", true),
            ("https://wa.me/628400000001", false),
            ("http://localhost/", false),
            ("tauri://elsewhere/", false),
            ("tel:0840", false),
            ("data:text/html,x", false),
            ("about:blank", false),
        ] {
            assert_eq!(is_own_page(&url.parse().unwrap()), own, "{url}");
        }
    }
}
