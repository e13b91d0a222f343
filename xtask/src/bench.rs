//! Latency and memory of a running pair, next to the floor on the same
//! Synapse. Nothing is measured yet, so no subcommand is registered.
