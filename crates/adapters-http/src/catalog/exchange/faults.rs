//! How the refusal of a row looks in the report.

use domain::catalog::ImportFault;
use ports::catalog::CommitImportError;

use crate::{Fault, Faults, catalog::dto};

/// Every fault of a row that was refused.
pub(super) fn row_faults(refused: &CommitImportError) -> Vec<Fault> {
    let mut faults = Faults::default();
    match refused {
        CommitImportError::Refused(found) => found.iter().for_each(|fault| add(fault, &mut faults)),
        CommitImportError::SlugTaken(_) => faults.add("/slug", "slug-taken", refused.to_string()),
        CommitImportError::Storage(_) => faults.add("", "internal", "the row could not be stored"),
    }
    faults.into_vec()
}

fn add(fault: &ImportFault, faults: &mut Faults) {
    let (pointer, code) = match fault {
        ImportFault::Creation(fault) => return dto::add(fault, faults),
        ImportFault::Edit(fault) => return dto::add_edit_fault(fault, faults),
        ImportFault::Variant { variant, fault } => {
            let pointer = format!("/variants/{variant}");
            faults.within(&pointer, |faults| {
                dto::add_variant_fault(fault, faults);
                Some(())
            });
            return;
        }
        ImportFault::NoTitle => ("/title".to_owned(), "required"),
        ImportFault::UnknownCategory(_) => ("/category".to_owned(), "unknown-category"),
        ImportFault::OtherProduct { variant } => (format!("/variants/{variant}/sku"), "sku-taken"),
        ImportFault::Price { variant, price, .. } => {
            (format!("/variants/{variant}/prices/{price}"), "invalid")
        }
        ImportFault::Stock { variant, .. } => (format!("/variants/{variant}/stock"), "insufficient-stock"),
    };
    faults.add(&pointer, code, fault.to_string());
}
