//! Random lives of orders, next to a model that is too simple to be wrong.

mod invariants;
mod life;
mod model;

use std::{cell::RefCell, collections::BTreeSet};

use domain::orders::{Command, OrderStatus, machine::MACHINE};
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use self::life::{Deed, Life, deeds, goods};

/// One life: after each deed, order and model agree and every invariant holds. What was done is passed on to `seen`.
fn live(
    goods: &[(u32, i64)],
    deeds: &[Deed],
    mut seen: impl FnMut(OrderStatus, Command),
) -> Result<(), TestCaseError> {
    let mut life = Life::begin(goods);
    invariants::hold(&life)?;
    for deed in deeds {
        let before = life.order.status;
        let commands = life.attempt(deed)?;
        invariants::hold(&life)?;
        commands.into_iter().for_each(|command| seen(before, command));
    }
    Ok(())
}

proptest! {
    #![proptest_config(Config::with_cases(300))]

    #[test]
    fn whatever_happens_to_an_order_every_invariant_holds(goods in goods(), deeds in deeds()) {
        live(&goods, &deeds, |_, _| {})?;
    }
}

#[test]
fn random_lives_take_every_step_that_there_is() {
    let seen = RefCell::new(BTreeSet::new());
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let config = Config { failure_persistence: None, ..Config::with_cases(300) };
    let mut runner = TestRunner::new_with_rng(config, random);
    let lives = runner.run(&(goods(), deeds()), |(goods, deeds)| {
        live(&goods, &deeds, |status, command| {
            seen.borrow_mut().insert((status, command));
        })
    });
    lives.unwrap();
    // Of a completed order nothing is due, and all has arrived: both would be done again, and nothing is.
    let idle = [Command::Pay, Command::Deliver].map(|command| (OrderStatus::Completed, command));
    for rule in MACHINE {
        let step = rule.from.map(|from| (from, rule.command)).filter(|step| !idle.contains(step));
        assert!(step.is_none_or(|step| seen.borrow().contains(&step)), "never seen: {step:?}");
    }
}
