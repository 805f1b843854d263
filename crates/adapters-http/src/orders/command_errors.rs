//! How refusals of commands on orders look from outside.

use domain::{
    accounts::Forbidden,
    money::MoneyError,
    orders::{
        ChangeError, Command, DeliverError, FulfillError, IllegalTransition, LineFault, PayError, PickError,
        RefundError, Refusal, ReturnError,
    },
};
use use_cases::orders::OrderCommandError;

use super::errors::short;
use crate::{ApiError, Code, Fault};

impl<E: Into<ApiError>> From<OrderCommandError<E>> for ApiError {
    fn from(error: OrderCommandError<E>) -> Self {
        match error {
            OrderCommandError::NotFound => Self::not_found(),
            OrderCommandError::Forbidden(permission) => Forbidden(permission).into(),
            OrderCommandError::Refused(refusal) => refusal.into(),
            OrderCommandError::ReferenceTaken => Self::new(Code::PaymentReferenceTaken),
            OrderCommandError::InsufficientStock(lines) => short(&lines),
            OrderCommandError::KeyReused(error) => error.into(),
            OrderCommandError::Key(error) => error.into(),
            OrderCommandError::Storage(error) => error.into(),
        }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Invisible | Refusal::SystemOnly(_) => Self::not_found(),
            Refusal::Forbidden(permission) => Forbidden(permission).into(),
            Refusal::Illegal(illegal) => illegal.into(),
        }
    }
}

impl From<IllegalTransition> for ApiError {
    fn from(illegal: IllegalTransition) -> Self {
        let allowed: Vec<_> = illegal.allowed.iter().map(|command| Command::name(*command)).collect();
        Self::new(Code::IllegalTransition)
            .detail(illegal.to_string())
            .member("from", illegal.from.name())
            .member("command", illegal.command.name())
            .member("allowed", allowed)
    }
}

impl From<ChangeError> for ApiError {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Refused(refusal) => refusal.into(),
            // What was counted once can be counted again.
            ChangeError::Money(error) => Self::internal(error),
        }
    }
}

impl From<DeliverError> for ApiError {
    fn from(error: DeliverError) -> Self {
        match error {
            DeliverError::Refused(refusal) => refusal.into(),
            DeliverError::UnknownFulfillment => Self::not_found(),
            DeliverError::Money(error) => Self::internal(error),
        }
    }
}

impl From<PayError> for ApiError {
    fn from(error: PayError) -> Self {
        let said = error.to_string();
        match error {
            PayError::Refused(refusal) => refusal.into(),
            PayError::Nothing => amount("too-small", said),
            PayError::MoreThanDue { .. } => amount("too-large", said),
            PayError::ReferenceTaken { .. } => Self::new(Code::PaymentReferenceTaken).detail(said),
            PayError::Money(error) => money(error),
        }
    }
}

impl From<RefundError> for ApiError {
    fn from(error: RefundError) -> Self {
        let said = error.to_string();
        match error {
            RefundError::Refused(refusal) => refusal.into(),
            RefundError::Nothing => amount("too-small", said),
            RefundError::MoreThanKept { .. } => amount("too-large", said),
            RefundError::Money(error) => money(error),
        }
    }
}

impl From<FulfillError> for ApiError {
    fn from(error: FulfillError) -> Self {
        match error {
            FulfillError::Refused(refusal) => refusal.into(),
            FulfillError::Pick(error) => error.into(),
            FulfillError::Money(error) => Self::internal(error),
        }
    }
}

impl From<ReturnError> for ApiError {
    fn from(error: ReturnError) -> Self {
        match error {
            ReturnError::Refused(refusal) => refusal.into(),
            ReturnError::Pick(error) => error.into(),
            ReturnError::Money(error) => Self::internal(error),
        }
    }
}

impl From<PickError> for ApiError {
    fn from(error: PickError) -> Self {
        match error {
            PickError::Nothing => Self::invalid(vec![Fault::at("/lines", "nothing-left", error.to_string())]),
            PickError::Lines(faults) => Self::invalid(faults.into_iter().map(line).collect()),
        }
    }
}

fn line(fault: LineFault) -> Fault {
    let (place, said) = (fault.place(), fault.to_string());
    match fault {
        LineFault::Unknown { .. } => Fault::at(format!("/lines/{place}/line_id"), "unknown-line", said),
        LineFault::TooMany { .. } => Fault::at(format!("/lines/{place}/quantity"), "too-large", said),
    }
}

fn amount(code: &'static str, said: String) -> ApiError {
    ApiError::invalid(vec![Fault::at("/amount/amount", code, said)])
}

fn money(error: MoneyError) -> ApiError {
    match error {
        MoneyError::CurrencyMismatch { .. } => {
            ApiError::new(Code::CurrencyMismatch).detail(error.to_string())
        }
        error => amount("too-large", error.to_string()),
    }
}
