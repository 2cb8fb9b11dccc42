//! The policy "Require 2FA" of the My Account API, which a tenant may have (CA-1/7): what changes an account needs a proof
//! of late that the person is there. Nobody here has a second factor, so who has only an older login is refused.

use wire::ids::Audience;
use wire::timestamp::Timestamp;

use crate::tenant::State as Tenant;

/// Seconds from a login in which it is proof enough.
const FRESH: u64 = 15 * 60;

/// Whether a token for that API can be had by a login of that time.
pub(crate) fn is_met(
    tenant: &Tenant,
    audience: Option<&Audience>,
    auth_time: Timestamp,
    now: Timestamp,
) -> bool {
    !tenant.settings().my_account.require_2fa
        || audience != Some(&tenant.issuer.my_account())
        || auth_time.seconds_until(now) <= FRESH
}
