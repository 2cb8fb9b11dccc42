//! GitHub's token endpoint and its `GET /user`, for who holds one of its tokens. The authorization endpoint is in
//! [`crate::authorize::github`].

pub(crate) mod token;
pub(crate) mod user;
