//! The help desk itself: rules, states, decisions and ports. It does no I/O and knows nobody.

pub mod agent;
pub mod attachment;
pub mod audit;
pub mod chat;
pub mod command;
pub mod console;
pub mod customer;
pub mod deadlines;
pub mod dispatcher;
pub mod doctor;
pub mod effect;
pub mod engine;
pub mod event;
pub mod gestures;
pub mod identity;
pub mod ids;
pub mod masking;
pub mod masks;
pub mod permission;
pub mod ports;
pub mod power;
pub mod rating;
pub mod reading;
pub mod refusal;
pub mod report;
pub mod routing;
pub mod service;
pub mod store;
pub mod texts;
pub mod ticket;
pub mod transcript;

#[cfg(feature = "testing")]
pub mod contract;
#[cfg(feature = "testing")]
pub mod fakes;
