//! The life of an order as one table: which command leads from which status to which, for whom and on which condition
//! (the contract's section 6).
//!
//! Everything else is made from it or checked against it: the decisions of [`super::commands`], the legal steps that the
//! database enforces, who may do what, and the diagram of [`mermaid`].

mod guard;
mod mermaid;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

pub use guard::Guard;
pub use mermaid::mermaid;

use super::{Goods, Order, OrderStatus, Totals, status::named};
use crate::{Instant, accounts::Permission, asker::Asker};

named! {
    /// What can be done with an order.
    Command {
        /// Order.
        Place = "place",
        /// Promise to fulfill.
        Confirm = "confirm",
        /// Give up waiting for money.
        Expire = "expire",
        /// Call the whole order off.
        Cancel = "cancel",
        /// Call off what was not shipped yet.
        CancelRest = "cancel_rest",
        /// Close: all has arrived, and all is paid.
        Complete = "complete",
        /// Record money that came in.
        Pay = "pay",
        /// Record goods that went out.
        Fulfill = "fulfill",
        /// Record that goods have arrived.
        Deliver = "deliver",
        /// Record goods that came back.
        Return = "return",
        /// Record money that was given back.
        Refund = "refund",
    }
}

/// Who may give a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// Anybody.
    Anyone,
    /// Whose order it is: the customer, or the guest who has its token.
    Owner,
    /// Whose role has this permission.
    Staff(Permission),
    /// The shop itself.
    System,
}

/// One line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Where the order stands; `None`: it is new.
    pub from: Option<OrderStatus>,
    /// What is done.
    pub command: Command,
    /// Where it leads; the same again where only records change.
    pub to: OrderStatus,
    /// Who may do it.
    pub by: &'static [Party],
    /// What must hold besides.
    pub guard: Guard,
}

/// Something that can't be done with an order as it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("can't {} an order that is {}{}", .command.name(), .from.name(), list(.allowed))]
pub struct IllegalTransition {
    /// Where the order stands.
    pub from: OrderStatus,
    /// What was asked for.
    pub command: Command,
    /// What people could do with it instead, in the table's order.
    pub allowed: Vec<Command>,
}

/// Why somebody can't do something with an order, whatever the figures are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is not the asker's order, and nobody's business: to the asker it looks as if there was none.
    #[error("there is no such order")]
    Invisible,
    /// Only others may.
    #[error("this needs the permission {0}")]
    Forbidden(Permission),
    /// Only the shop itself does it.
    #[error("only the shop itself can {} an order", .0.name())]
    SystemOnly(Command),
    /// The order can't take this step.
    #[error(transparent)]
    Illegal(#[from] IllegalTransition),
}

use Command as C;
use Guard as G;
use OrderStatus as S;

const ANYONE: &[Party] = &[Party::Anyone];
const SYSTEM: &[Party] = &[Party::System];
const OWNER_AND_STAFF: &[Party] = &[Party::Owner, Party::Staff(Permission::OrdersCancel)];
const CANCELLERS: &[Party] = &[Party::Staff(Permission::OrdersCancel)];
const CONFIRMERS: &[Party] = &[Party::Staff(Permission::OrdersConfirm)];
const KEEPERS: &[Party] = &[Party::Staff(Permission::OrdersFulfill)];

/// The table. What is not in it is refused.
///
/// ```
/// use domain::orders::{Command, OrderStatus, machine::MACHINE};
///
/// let out_of = |status| MACHINE.iter().filter(move |rule| rule.from == Some(status));
/// let from_expired: Vec<_> = out_of(OrderStatus::Expired).map(|rule| rule.command).collect();
/// assert_eq!(from_expired, [Command::Pay, Command::Refund]);
/// ```
///
/// Money that arrives is a fact, so it can be recorded wherever an order stands; how much is another question.
pub const MACHINE: &[Rule] = &[
    rule(None, C::Place, S::Pending, ANYONE, G::CostsSomething),
    rule(None, C::Place, S::Confirmed, ANYONE, G::IsFree),
    rule(Some(S::Pending), C::Confirm, S::Confirmed, SYSTEM, G::NothingDue),
    rule(Some(S::Pending), C::Confirm, S::Confirmed, CONFIRMERS, G::Always),
    rule(Some(S::Pending), C::Expire, S::Expired, SYSTEM, G::SomethingDue),
    rule(Some(S::Pending), C::Cancel, S::Cancelled, OWNER_AND_STAFF, G::NothingShipped),
    rule(Some(S::Pending), C::Pay, S::Pending, KEEPERS, G::Always),
    rule(Some(S::Confirmed), C::Cancel, S::Cancelled, OWNER_AND_STAFF, G::NothingShipped),
    rule(Some(S::Confirmed), C::CancelRest, S::Confirmed, CANCELLERS, G::PartShipped),
    rule(Some(S::Confirmed), C::Complete, S::Completed, SYSTEM, G::DeliveredAndNothingDue),
    rule(Some(S::Confirmed), C::Pay, S::Confirmed, KEEPERS, G::Always),
    rule(Some(S::Confirmed), C::Fulfill, S::Confirmed, KEEPERS, G::Always),
    rule(Some(S::Confirmed), C::Deliver, S::Confirmed, KEEPERS, G::Always),
    rule(Some(S::Confirmed), C::Return, S::Confirmed, KEEPERS, G::Always),
    rule(Some(S::Confirmed), C::Refund, S::Confirmed, KEEPERS, G::Always),
    rule(Some(S::Completed), C::Pay, S::Completed, KEEPERS, G::Always),
    rule(Some(S::Completed), C::Deliver, S::Completed, KEEPERS, G::Always),
    rule(Some(S::Completed), C::Return, S::Completed, KEEPERS, G::Always),
    rule(Some(S::Completed), C::Refund, S::Completed, KEEPERS, G::Always),
    rule(Some(S::Expired), C::Pay, S::Expired, KEEPERS, G::Always),
    rule(Some(S::Expired), C::Refund, S::Expired, KEEPERS, G::Always),
    rule(Some(S::Cancelled), C::Pay, S::Cancelled, KEEPERS, G::Always),
    rule(Some(S::Cancelled), C::Refund, S::Cancelled, KEEPERS, G::Always),
];

const fn rule(
    from: Option<OrderStatus>,
    command: Command,
    to: OrderStatus,
    by: &'static [Party],
    guard: Guard,
) -> Rule {
    Rule { from, command, to, by, guard }
}

/// Every legal step of the status; `None` is where a new order comes from. The database refuses all others.
///
/// ```
/// use domain::orders::{OrderStatus, machine::legal_steps};
///
/// assert!(legal_steps().contains(&(Some(OrderStatus::Pending), OrderStatus::Confirmed)));
/// assert!(!legal_steps().contains(&(Some(OrderStatus::Expired), OrderStatus::Confirmed)));
/// ```
#[must_use]
pub fn legal_steps() -> BTreeSet<(Option<OrderStatus>, OrderStatus)> {
    MACHINE.iter().map(|rule| (rule.from, rule.to)).filter(|(from, to)| *from != Some(*to)).collect()
}

/// Where a new order with these amounts starts.
#[must_use]
pub fn first_status(totals: &Totals) -> OrderStatus {
    let mut starts = MACHINE.iter().filter(|rule| rule.from.is_none());
    starts.find(|rule| rule.guard.holds(totals, Goods::default())).map_or(S::Pending, |rule| rule.to)
}

impl Rule {
    /// Whether the rule speaks of the order as it stands.
    #[must_use]
    pub fn fits(&self, order: &Order) -> bool {
        self.from == Some(order.status) && self.guard.holds(&order.totals, order.goods())
    }

    /// Whether the asker may do it.
    #[must_use]
    pub fn admits(&self, order: &Order, asker: &Asker, now: Instant) -> bool {
        self.by.iter().any(|party| match party {
            Party::Anyone => true,
            Party::Owner => order.is_owned_by(asker, now),
            Party::Staff(permission) => asker.has(*permission),
            Party::System => *asker == Asker::System,
        })
    }
}

impl Command {
    /// The lines of the table that are about it.
    fn rules(self) -> impl Iterator<Item = &'static Rule> {
        MACHINE.iter().filter(move |rule| rule.command == self)
    }

    /// Whether people can give it, or only the shop itself.
    #[must_use]
    pub fn is_given_by_people(self) -> bool {
        self.rules().any(|rule| rule.by != SYSTEM)
    }

    /// What somebody lacks who may not give it.
    fn needs(self) -> Refusal {
        let permission = self.rules().flat_map(|rule| rule.by).find_map(|party| match party {
            Party::Staff(permission) => Some(*permission),
            Party::Anyone | Party::Owner | Party::System => None,
        });
        permission.map_or(Refusal::SystemOnly(self), Refusal::Forbidden)
    }
}

impl Order {
    /// What people can do with it as it stands, in the table's order; by whom is another question.
    #[must_use]
    pub fn allowed(&self) -> Vec<Command> {
        let mut allowed = Vec::new();
        for rule in MACHINE.iter().filter(|rule| rule.by != SYSTEM && rule.fits(self)) {
            if !allowed.contains(&rule.command) {
                allowed.push(rule.command);
            }
        }
        allowed
    }

    /// The rule by which the asker may do it: first it is asked whether they may see the order, then whether they may
    /// give the command at all, then whether the order can take it.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn permit(&self, command: Command, asker: &Asker, now: Instant) -> Result<&'static Rule, Refusal> {
        if !self.is_visible_to(asker, now) {
            return Err(Refusal::Invisible);
        }
        if !command.rules().any(|rule| rule.admits(self, asker, now)) {
            return Err(command.needs());
        }
        let mut rules = command.rules();
        rules
            .find(|rule| rule.fits(self) && rule.admits(self, asker, now))
            .ok_or_else(|| self.illegal(command).into())
    }

    /// The refusal of a command that the order can't take.
    pub(super) fn illegal(&self, command: Command) -> IllegalTransition {
        IllegalTransition { from: self.status, command, allowed: self.allowed() }
    }
}

fn list(allowed: &[Command]) -> String {
    if allowed.is_empty() {
        return String::new();
    }
    let names: Vec<_> = allowed.iter().map(|command| command.name()).collect();
    format!("; allowed: {}", names.join(", "))
}
