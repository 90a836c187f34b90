//! Metrics: each family with its kind and the labels of its samples.

use std::collections::{BTreeMap, BTreeSet};

use super::list;
use super::scene::Scene;

#[test]
fn every_family_has_its_kind_and_labels() {
    let scene = Scene::new();
    scene.send_all();
    let text = scene.trill.request("GET", "/metrics", &[], b"").text();
    let mut kinds = BTreeMap::new();
    let mut labels: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for line in text.lines() {
        if let Some((family, kind)) = line
            .strip_prefix("# TYPE ")
            .and_then(|rest| rest.split_once(' '))
        {
            kinds.insert(family, kind);
        } else if let Some((name, rest)) = line.split_once('{').filter(|_| !line.starts_with('#')) {
            let (list, _) = rest.rsplit_once('}').unwrap();
            let family = family(name, &kinds);
            let names = list.split("\",").filter_map(|label| label.split_once('='));
            labels
                .entry(family)
                .or_default()
                .extend(names.map(|(name, _)| name));
        }
    }
    let found = kinds
        .iter()
        .map(|(family, kind)| {
            let labels = labels.get(family).cloned().unwrap_or_default();
            let words = [*family, kind].into_iter().chain(labels);
            words.collect::<Vec<_>>().join(" ")
        })
        .collect();
    list::check("metrics", &found);
}

/// Family of a sample: of a histogram's, the name without its ending.
fn family<'a>(name: &'a str, kinds: &BTreeMap<&str, &str>) -> &'a str {
    ["_bucket", "_sum", "_count"]
        .iter()
        .filter_map(|ending| name.strip_suffix(ending))
        .find(|family| kinds.get(family) == Some(&"histogram"))
        .unwrap_or(name)
}
