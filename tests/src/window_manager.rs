//! What a window manager does when somebody touches the cross of a window: it asks the program to close it, and takes nothing
//! away. The screens of the stories have no window manager of their own.

use crate::wait;
use std::error::Error;
use x11rb::CURRENT_TIME;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, MapState, Window,
};
use x11rb::rust_connection::RustConnection;

/// Asks the program with this id to close its window, as soon as there is one. `screen`: `:7`, for example.
pub fn ask_to_close(screen: &str, pid: u32) {
    let (x, number) = x11rb::connect(Some(screen)).expect("the screen is there");
    let root = x.setup().roots[number].root;
    wait::until("the window can be asked to close", || {
        let window = window_of(&x, root, pid).ok().flatten()?;
        ask(&x, window).ok()
    });
}

/// The program's window, once it can be seen.
fn window_of(x: &RustConnection, root: Window, pid: u32) -> Result<Option<Window>, Box<dyn Error>> {
    let owner = atom(x, "_NET_WM_PID")?;
    for window in x.query_tree(root)?.reply()?.children {
        let shown = x.get_window_attributes(window)?.reply()?.map_state == MapState::VIEWABLE;
        let told = x.get_property(false, window, owner, AtomEnum::CARDINAL, 0, 1)?;
        let told = told.reply()?;
        if shown && told.value32().and_then(|mut values| values.next()) == Some(pid) {
            return Ok(Some(window));
        }
    }
    Ok(None)
}

fn ask(x: &RustConnection, window: Window) -> Result<(), Box<dyn Error>> {
    let (protocols, close) = (atom(x, "WM_PROTOCOLS")?, atom(x, "WM_DELETE_WINDOW")?);
    let message = ClientMessageEvent::new(32, window, protocols, [close, CURRENT_TIME, 0, 0, 0]);
    x.send_event(false, window, EventMask::NO_EVENT, message)?
        .check()?;
    Ok(())
}

fn atom(x: &RustConnection, name: &str) -> Result<Atom, Box<dyn Error>> {
    Ok(x.intern_atom(false, name.as_bytes())?.reply()?.atom)
}
