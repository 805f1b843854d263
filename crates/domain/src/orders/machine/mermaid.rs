//! The table as a picture.

use std::fmt::Write;

use super::{MACHINE, OrderStatus, Party, Rule};
use crate::accounts::Role;

/// The life of an order as a state diagram in Mermaid's language: one arrow for each line of the table, with who may
/// take it and on which condition.
///
/// ```
/// let diagram = domain::orders::machine::mermaid();
/// assert!(diagram.starts_with("stateDiagram-v2\n"));
/// assert!(diagram.contains("    pending --> expired: expire (system) [not paid in full]\n"));
/// assert!(diagram.contains("    confirmed --> confirmed: cancel_rest (support or order_manager) [part shipped]\n"));
/// ```
#[must_use]
pub fn mermaid() -> String {
    let mut diagram = String::from("stateDiagram-v2\n");
    for rule in MACHINE {
        // Writing to a string can't fail.
        let _ = writeln!(diagram, "    {}", arrow(rule));
    }
    let stays =
        |status: &OrderStatus| MACHINE.iter().all(|rule| rule.from != Some(*status) || rule.to == *status);
    for end in OrderStatus::ALL.iter().filter(|status| stays(status)) {
        let _ = writeln!(diagram, "    {} --> [*]", end.name());
    }
    diagram
}

fn arrow(rule: &Rule) -> String {
    let from = rule.from.map_or("[*]", OrderStatus::name);
    let by: Vec<_> = rule.by.iter().map(|party| describe(*party)).collect();
    let condition = match rule.guard.describe() {
        "" => String::new(),
        condition => format!(" [{condition}]"),
    };
    format!("{from} --> {}: {} ({}){condition}", rule.to.name(), rule.command.name(), by.join(" or "))
}

/// The party in the contract's words; of staff, the roles that have the permission, but for administrators, who have all.
fn describe(party: Party) -> String {
    match party {
        Party::Anyone => "anyone".to_owned(),
        Party::Owner => "owner".to_owned(),
        Party::System => "system".to_owned(),
        Party::Staff(permission) => {
            let has = |role: &Role| *role != Role::Admin && role.permissions().contains(&permission);
            Role::ALL.iter().filter(|role| has(role)).map(|role| role.name()).collect::<Vec<_>>().join(" or ")
        }
    }
}
