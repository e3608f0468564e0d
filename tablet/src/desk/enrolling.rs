//! Enrolling from a page: the code is exchanged, and the first fetch goes on in the background.

use super::Desk;
use crate::command::Reply;
use crate::error::Result;
use crate::sync;

impl Desk {
    /// Errors: those of [`sync::enrol::enrol`].
    pub(super) fn enrol(&self, server: &str, code: &str) -> Result<Reply> {
        let mut shelf = &self.store;
        let enrolment = sync::enrol::enrol(&mut shelf, server, code)?;
        self.lock();
        self.waker.wake();
        Ok(Reply::Enrolled {
            device_id: enrolment.device,
            campaign: enrolment.campaign,
            people: enrolment.people,
            first_sync_failed: None,
        })
    }
}
