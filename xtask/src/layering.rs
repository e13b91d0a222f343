//! Who may depend on whom: the arrows of `house.md`, checked on Cargo's tree.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::workspace;

/// Each crate, and what must not be found anywhere below it.
const FORBIDDEN: [(&str, &[&str]); 8] = [
    (
        "desk",
        &[
            "tokio",
            "axum",
            "sqlx",
            "reqwest",
            "hyper",
            "matrix-sdk",
            "appservice",
            "bot",
            "bridge-web",
            "mail",
            "store",
            "vault",
            "webhook",
            "helproom",
            "xtask",
        ],
    ),
    (
        "appservice",
        &[
            "sqlx",
            "matrix-sdk",
            "bot",
            "bridge-web",
            "store",
            "vault",
            "webhook",
            "helproom",
            "xtask",
        ],
    ),
    (
        "bot",
        &[
            "sqlx",
            "appservice",
            "bridge-web",
            "store",
            "vault",
            "webhook",
            "helproom",
            "xtask",
        ],
    ),
    (
        "bridge-web",
        &[
            "sqlx",
            "matrix-sdk",
            "appservice",
            "bot",
            "store",
            "vault",
            "webhook",
            "helproom",
            "xtask",
        ],
    ),
    (
        "mail",
        &[
            "sqlx",
            "matrix-sdk",
            "appservice",
            "bot",
            "bridge-web",
            "store",
            "vault",
            "webhook",
            "helproom",
            "xtask",
        ],
    ),
    (
        "vault",
        &[
            "tokio",
            "sqlx",
            "matrix-sdk",
            "appservice",
            "bot",
            "bridge-web",
            "mail",
            "store",
            "webhook",
            "helproom",
            "xtask",
        ],
    ),
    (
        "webhook",
        &[
            "sqlx",
            "matrix-sdk",
            "appservice",
            "bot",
            "bridge-web",
            "mail",
            "store",
            "vault",
            "helproom",
            "xtask",
        ],
    ),
    (
        "store",
        &[
            "matrix-sdk",
            "mail",
            "appservice",
            "bot",
            "bridge-web",
            "vault",
            "webhook",
            "helproom",
            "xtask",
        ],
    ),
];

/// What the program itself must not name, though it is found below it.
const ONLY_BELOW: [(&str, &str); 2] = [("sqlx", "store"), ("matrix-sdk", "bot")];

const PROGRAM: &str = "helproom";

/// Normal dependencies by crate name. Two versions of a crate are one here.
type Graph = BTreeMap<String, BTreeSet<String>>;

/// Asks Cargo for the tree below each crate and checks it.
pub fn check() -> Result<()> {
    let mut broken = Vec::new();
    for (name, forbidden) in FORBIDDEN {
        broken.extend(below(&tree(name)?, name, forbidden));
    }
    broken.extend(beside(&tree(PROGRAM)?));
    if !broken.is_empty() {
        bail!("layering is broken:\n  {}", broken.join("\n  "));
    }
    Ok(())
}

fn tree(package: &str) -> Result<Graph> {
    let output = Command::new("cargo")
        .args(["tree", "--package", package, "--edges", "normal"])
        .args(["--prefix", "depth", "--format", " {p}"])
        .current_dir(workspace::root())
        .output()
        .context("cargo tree did not start")?;
    if !output.status.success() {
        bail!(
            "cargo tree failed:\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    parse(&String::from_utf8_lossy(&output.stdout))
}

/// Reads lines like `2 tokio v1.2.3 (*)`: the depth, then the crate.
fn parse(tree: &str) -> Result<Graph> {
    let mut graph = Graph::new();
    let mut above: Vec<String> = Vec::new();
    for line in tree.lines().filter(|line| !line.is_empty()) {
        let mut words = line.split_whitespace();
        let depth = words.next().and_then(|depth| depth.parse().ok());
        let (Some(depth), Some(name)) = (depth, words.next()) else {
            bail!("cargo tree printed a line that is not understood: {line}");
        };
        above.truncate(depth);
        if let Some(parent) = above.last() {
            graph
                .entry(parent.clone())
                .or_default()
                .insert(name.to_owned());
        }
        above.push(name.to_owned());
    }
    Ok(graph)
}

/// Names the shortest way from a crate to each that must not be below it.
fn below(graph: &Graph, from: &str, forbidden: &[&str]) -> Vec<String> {
    let mut ways = BTreeMap::from([(from.to_owned(), vec![from.to_owned()])]);
    let mut next = VecDeque::from([from.to_owned()]);
    while let Some(name) = next.pop_front() {
        let way = ways.get(&name).cloned().unwrap_or_default();
        for child in graph.get(&name).into_iter().flatten() {
            if !ways.contains_key(child) {
                let mut longer = way.clone();
                longer.push(child.clone());
                ways.insert(child.clone(), longer);
                next.push_back(child.clone());
            }
        }
    }
    forbidden
        .iter()
        .filter_map(|name| ways.get(*name))
        .map(|way| format!("{from} must not depend on {}", way.join(" -> ")))
        .collect()
}

fn beside(graph: &Graph) -> Vec<String> {
    let named = graph.get(PROGRAM).cloned().unwrap_or_default();
    ONLY_BELOW
        .iter()
        .filter(|(name, _)| named.contains(*name))
        .map(|(name, owner)| format!("{PROGRAM} must leave {name} to {owner}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "0 desk v0.1.0 (/work/desk)\n1 jiff v0.2.1\n2 tokio v1.0.0\n\
                        1 thiserror v2.0.0\n2 thiserror-impl v2.0.0 (proc-macro)\n1 jiff v0.2.1 (*)\n";

    #[test]
    fn a_forbidden_crate_is_found_and_its_way_named() {
        let broken = below(&parse(TREE).unwrap(), "desk", &["tokio", "sqlx"]);
        assert_eq!(broken, ["desk must not depend on desk -> jiff -> tokio"]);
    }

    #[test]
    fn a_clean_tree_passes() {
        let graph = parse(TREE).unwrap();
        assert!(below(&graph, "desk", &["sqlx", "axum"]).is_empty());
    }

    #[test]
    fn the_program_may_have_sqlx_below_but_not_name_it() {
        let below_store = parse("0 helproom v1\n1 store v1\n2 sqlx v1\n").unwrap();
        assert!(beside(&below_store).is_empty());
        let named = parse("0 helproom v1\n1 store v1\n2 sqlx v1\n1 sqlx v1 (*)\n").unwrap();
        assert_eq!(beside(&named), ["helproom must leave sqlx to store"]);
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(parse("error: no such package").is_err());
    }
}
