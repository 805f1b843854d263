//! What is measured.

use std::{fmt, str::FromStr};

use serde::Deserialize;

use crate::failure::Failure;

/// One kind of request, sent as fast as the answers come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum Workload {
    /// One product, any of them.
    Product,
    /// The first 20 products of a category.
    Category,
    /// The first page of the whole catalog: what the last one is compared with.
    FirstPage,
    /// The last page of the whole catalog.
    DeepestPage,
    /// The same as [`Workload::Product`], while a crowd of customers logs in.
    ProductInACrowd,
    /// A customer logs in.
    LogIn,
    /// An order of two lines, any SKUs.
    Order,
    /// An order of two lines, one of them of the SKU that everybody wants.
    HotOrder,
    /// The newest orders of a customer.
    OwnOrders,
}

impl Workload {
    /// Every one, reads first: what is written later can't slow them down.
    pub(crate) const ALL: [Self; 9] = [
        Self::Product,
        Self::Category,
        Self::FirstPage,
        Self::DeepestPage,
        Self::OwnOrders,
        Self::ProductInACrowd,
        Self::LogIn,
        Self::Order,
        Self::HotOrder,
    ];

    /// Its short name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Product => "W1",
            Self::Category => "W2",
            Self::FirstPage => "W3one",
            Self::DeepestPage => "W3",
            Self::LogIn => "W4",
            Self::Order => "W5",
            Self::HotOrder => "W5hot",
            Self::OwnOrders => "W6",
            Self::ProductInACrowd => "W7",
        }
    }

    /// What is sent to measure it.
    pub(crate) const fn measured(self) -> Self {
        match self {
            Self::ProductInACrowd => Self::Product,
            other => other,
        }
    }

    /// How many people log in meanwhile, if anybody does. It is then measured without them as well, in turn.
    pub(crate) const fn crowd(self) -> Option<usize> {
        match self {
            Self::ProductInACrowd => Some(40),
            _ => None,
        }
    }

    /// What it does, in a few words.
    pub(crate) const fn about(self) -> &'static str {
        match self {
            Self::Product => "get a product",
            Self::Category => "first page of a category",
            Self::FirstPage => "first page of the catalog",
            Self::DeepestPage => "deepest page of the catalog",
            Self::ProductInACrowd => "get a product, 40 log in",
            Self::LogIn => "log in",
            Self::Order => "order two lines, any SKUs",
            Self::HotOrder => "order two lines, one hot SKU",
            Self::OwnOrders => "own orders",
        }
    }
}

impl fmt::Display for Workload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Workload {
    type Err = Failure;

    fn from_str(name: &str) -> Result<Self, Failure> {
        let found = Self::ALL.into_iter().find(|workload| workload.name().eq_ignore_ascii_case(name.trim()));
        found.ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            Failure::say(format_args!("there is no workload {name}; there are {names}"))
        })
    }
}

impl TryFrom<String> for Workload {
    type Error = Failure;

    fn try_from(name: String) -> Result<Self, Failure> {
        name.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_workload_is_found_by_its_name() {
        for workload in Workload::ALL {
            assert_eq!(workload.name().to_lowercase().parse::<Workload>().unwrap(), workload);
        }
        assert!("W9".parse::<Workload>().is_err());
    }
}
