//! Which name it was that somebody else has.

use diesel::result::{DatabaseErrorInformation, Error};
use domain::catalog::Sku;

/// The SKU that is taken. It stands in the failure's detail only: `Key (sku)=(SHIRT-S) already exists.`
pub(super) fn taken_sku(error: &Error) -> Option<Sku> {
    let Error::DatabaseError(_, failure) = error else { return None };
    let detail = DatabaseErrorInformation::details(&**failure)?;
    let (sku, _) = detail.split_once("=(")?.1.rsplit_once(')')?;
    Sku::parse(sku).ok()
}
