//! bridge-web.
