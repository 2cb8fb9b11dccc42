//! Parts of pages.

pub mod auth_error;
pub mod bolts;
pub mod error_card;
pub mod event_form;
pub mod event_list;
pub mod five_parties;
pub mod icon;
pub mod nav_bar;
pub mod no_account;
pub mod notice;
pub mod title_block;
pub mod week_ruler;
