//! The figures on one screen, next to what is aimed at.

use std::fmt;

use serde::Serialize;

use super::figures::{Comparison, Summary};

const AIM_RATIO: f64 = 1.15;
const AIM_MEMORY_MB: f64 = 40.0;
const AIM_READY_MS: f64 = 300.0;

/// Resident memory in MB (of 1,000,000 bytes).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Memory {
    pub resident: f64,
    /// The program's own.
    pub anonymous: f64,
    /// Of files: the program itself, and what it maps. Shared, and dropped
    /// when memory is short.
    pub files: f64,
}

/// Times in milliseconds.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Report {
    pub to_agent: Comparison,
    pub to_customer: Comparison,
    /// `POST chats` until the agent's sync has the invite.
    pub invite: Summary,
    /// `POST chats` until the agent's sync has the mention in the desk room.
    pub mention: Summary,
    /// From exec until `/readyz` answers 200.
    pub ready: Summary,
    pub memory_idle: Memory,
    /// After all samples, before the restarts.
    pub memory_busy: Memory,
    pub load_before: f64,
    pub synapse: String,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "\n  Helproom beside a bare application service; Synapse {}, load {:.2} before\n",
            self.synapse, self.load_before
        )?;
        writeln!(
            f,
            "  {:<34}{:>8}{:>8}{:>8}{:>7}",
            "", "p50", "p95", "p99", "n"
        )?;
        for (what, compared) in [
            ("customer's socket -> agent's sync", &self.to_agent),
            ("agent's PUT -> customer's socket", &self.to_customer),
        ] {
            times(f, what, &compared.helproom)?;
            times(f, "  the floor", &compared.floor)?;
            if let Some(portal) = &compared.portal {
                times(f, "  the floor, in the portal itself", portal)?;
            }
        }
        times(f, "POST chats -> agent's invite", &self.invite)?;
        times(f, "POST chats -> mention in the desk", &self.mention)?;
        times(f, "exec -> /readyz 200", &self.ready)?;
        writeln!(f)?;
        writeln!(f, "  {:<34}{:>10}{:>13}", "", "", "aim")?;
        for (what, value, aim, unit) in [
            (
                "ratio, customer -> agent",
                self.to_agent.ratio,
                AIM_RATIO,
                "",
            ),
            (
                "ratio, agent -> customer",
                self.to_customer.ratio,
                AIM_RATIO,
                "",
            ),
            (
                "memory, idle",
                self.memory_idle.resident,
                AIM_MEMORY_MB,
                " MB",
            ),
            ("ready, median", self.ready.p50, AIM_READY_MS, " ms"),
        ] {
            aimed(f, what, value, aim, unit)?;
        }
        writeln!(f)?;
        for (when, memory) in [
            ("idle", &self.memory_idle),
            ("after the samples", &self.memory_busy),
        ] {
            writeln!(
                f,
                "  memory {when}: {:.1} MB = {:.1} own + {:.1} of files",
                memory.resident, memory.anonymous, memory.files
            )?;
        }
        Ok(())
    }
}

fn times(f: &mut fmt::Formatter<'_>, what: &str, of: &Summary) -> fmt::Result {
    let Summary {
        samples,
        p50,
        p95,
        p99,
    } = of;
    writeln!(f, "  {what:<34}{p50:>8.1}{p95:>8.1}{p99:>8.1}{samples:>7}")
}

fn aimed(f: &mut fmt::Formatter<'_>, what: &str, value: f64, aim: f64, unit: &str) -> fmt::Result {
    let precision = if aim < 10.0 { 2 } else { 0 };
    let aim_text = format!("<= {aim:.precision$}{unit}");
    let value_text = format!("{value:.precision$}{unit}");
    let met = if value <= aim { "met" } else { "NOT met" };
    writeln!(f, "  {what:<34}{value_text:>10}{aim_text:>13}   {met}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(p50: f64) -> Report {
        let summary = |p50| Summary {
            samples: 200,
            p50,
            p95: p50 * 2.0,
            p99: p50 * 3.0,
        };
        let compared = Comparison {
            helproom: summary(p50),
            floor: summary(40.0),
            portal: Some(summary(40.0)),
            ratio: p50 / 40.0,
        };
        let memory = Memory {
            resident: 44.6,
            anonymous: 30.6,
            files: 14.0,
        };
        Report {
            to_agent: compared,
            to_customer: compared,
            invite: summary(400.0),
            mention: summary(450.0),
            ready: summary(100.0),
            memory_idle: memory,
            memory_busy: memory,
            load_before: 0.5,
            synapse: "1".to_owned(),
        }
    }

    #[test]
    fn it_says_which_aims_are_met() {
        let text = report(42.0).to_string();
        let verdict = |line: &str| {
            let found = text.lines().find(|l| l.trim_start().starts_with(line));
            found.unwrap().split("  ").last().unwrap().trim().to_owned()
        };
        for (line, met) in [
            ("ratio, customer", "met"),
            ("memory, idle", "NOT met"),
            ("ready, median", "met"),
        ] {
            assert_eq!(verdict(line), met, "{line}");
        }
    }

    #[test]
    fn it_fits_on_a_screen() {
        let text = report(60.0).to_string();
        assert!(text.lines().count() <= 24, "{text}");
        assert!(text.lines().all(|line| line.len() <= 80), "{text}");
    }
}
