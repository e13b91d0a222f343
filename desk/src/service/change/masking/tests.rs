//! Policies and patterns that are taken, and those that are not.

use super::*;
use crate::{ids::ServiceSlug, service::ServiceSettings};

fn acme() -> Service {
    Service {
        slug: ServiceSlug::new("acme"),
        name: "Acme Help".into(),
        settings: ServiceSettings::default(),
    }
}

fn pattern(name: &str, regex: &str) -> MaskingCommand {
    let (name, regex) = (name.to_owned(), regex.to_owned());
    MaskingCommand::Pattern(PatternCommand::Add { name, regex })
}

fn refused(name: &str, regex: &str) -> WrongPattern {
    match acme().change_masking(&pattern(name, regex)) {
        Err(WrongValue::Pattern(wrong)) => wrong,
        other => panic!("{regex}: {other:?}"),
    }
}

#[test]
fn a_policy_is_set_for_a_kind_by_its_name_or_for_all() {
    let mut service = acme();
    service
        .change_masking(&pattern("staff_no", r"\bE-\d{6}\b"))
        .unwrap();
    for (kind, what, old) in [
        ("card", "card", "suggest"),
        ("EMAIL", "email", "off"),
        ("kr-rrn", "kr_rrn", "suggest"),
        ("staff_no", "custom:staff_no", "suggest"),
    ] {
        let change = service.change_policy(kind, "Mask").unwrap().expect(kind);
        assert_eq!(
            (change.what, change.old),
            (format!("masking.{what}"), old.to_owned())
        );
        assert_eq!(change.new, "mask");
        assert_eq!(service.change_policy(kind, "mask"), Ok(None));
    }
    let change = service.change_policy("all", "off").unwrap().unwrap();
    assert!(change.old.starts_with("mask card"), "{}", change.old);
    assert!(change.new.starts_with("off card"), "{}", change.new);
    for kind in service.settings.masking.known() {
        assert_eq!(service.settings.masking.policy(&kind), Policy::Off);
    }
}

#[test]
fn what_is_no_kind_and_no_policy_is_refused_with_what_there_is() {
    for (kind, policy, known) in [
        ("crad", "mask", "card"),
        ("text", "mask", "card"),
        ("card", "hide", "suggest"),
    ] {
        match acme().change_policy(kind, policy) {
            Err(WrongValue::Unknown { known: there, .. }) => {
                assert!(there.iter().any(|word| word == known), "{there:?}");
            }
            other => panic!("{kind} {policy}: {other:?}"),
        }
    }
}

#[test]
fn a_pattern_that_cannot_be_used_is_refused_with_the_reason() {
    for (name, regex, wrong) in [
        ("Staff", "a", WrongPattern::Name("Staff".into())),
        ("staff-no", "a", WrongPattern::Name("staff-no".into())),
        ("a", "(", WrongPattern::Syntax("unclosed group".into())),
        ("a", "x*", WrongPattern::Empty),
        ("a", "", WrongPattern::Empty),
        ("a", &"x".repeat(501), WrongPattern::Long),
        ("a", r"((\w{50}){50}){50}", WrongPattern::Large),
    ] {
        assert_eq!(refused(name, regex), wrong, "{regex}");
    }
    // Linear in time alone: nothing that looks around or back.
    assert!(matches!(refused("a", "(?=x)y"), WrongPattern::Syntax(_)));
    let mut service = acme();
    for count in 0..50 {
        let name = format!("p{count}");
        service.change_masking(&pattern(&name, "x+")).unwrap();
    }
    assert_eq!(
        service.change_masking(&pattern("more", "x+")),
        Err(WrongValue::Many(50))
    );
}

#[test]
fn a_pattern_goes_with_its_policy() {
    let mut service = acme();
    service
        .change_masking(&pattern("staff", "E-[0-9]+"))
        .unwrap();
    service.change_policy("staff", "mask").unwrap();
    let name = "staff".to_owned();
    let remove = MaskingCommand::Pattern(PatternCommand::Remove { name });
    let change = service.change_masking(&remove).unwrap().unwrap();
    assert_eq!(change.old, "staff E-[0-9]+");
    assert_eq!(change.new, "none");
    assert_eq!(service.settings.masking, Masking::default());
    for name in ["staff", "card"] {
        let name = name.to_owned();
        let remove = MaskingCommand::Pattern(PatternCommand::Remove { name });
        let again = service.change_masking(&remove);
        assert!(
            matches!(again, Err(WrongValue::Unknown { .. })),
            "{again:?}"
        );
    }
}
