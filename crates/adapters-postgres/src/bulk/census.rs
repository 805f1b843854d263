//! What a loader has to know about what is there, and what the planner has to know afterwards.

use ports::storage::StorageError;
use tokio_postgres::{Error, Row};

use super::{BulkLoadError, BulkLoader};

impl BulkLoader {
    /// How many products there are and have been: deleted ones count. It never falls.
    ///
    /// # Errors
    /// [`BulkLoadError::Storage`].
    pub async fn count_products(&self) -> Result<u64, BulkLoadError> {
        figure(self.client.query_one("SELECT count(*) FROM products", &[]).await)
    }

    /// The highest number n for which somebody has the address `{local_part}{n}@{domain}`; 0 when nobody has one.
    ///
    /// # Errors
    /// [`BulkLoadError::Storage`].
    pub async fn highest_numbered_address(
        &self,
        local_part: &str,
        domain: &str,
    ) -> Result<u64, BulkLoadError> {
        figure(self.client.query_one(HIGHEST_NUMBER, &[&local_part, &format!("@{domain}")]).await)
    }

    /// Lets the planner know at once how much there is now, and not only when the database gets around to it.
    ///
    /// # Errors
    /// [`BulkLoadError::Storage`].
    pub async fn analyze(&self) -> Result<(), BulkLoadError> {
        let tables =
            "categories, products, variants, prices, stock_levels, low_stock, stock_movements, events, product_listings,
            cheapest_prices, product_words, known_words, category_counts";
        Ok(self.client.batch_execute(&format!("ANALYZE {tables}")).await?)
    }
}

fn figure(answer: Result<Row, Error>) -> Result<u64, BulkLoadError> {
    let figure: i64 = answer?.try_get(0)?;
    u64::try_from(figure).map_err(|error| StorageError::Internal(error.into()).into())
}

const HIGHEST_NUMBER: &str = "
    SELECT coalesce(max(number::bigint), 0)
    FROM users
    CROSS JOIN LATERAL substring(email, char_length($1) + 1,
        greatest(char_length(email) - char_length($1) - char_length($2), 0)) AS number
    WHERE starts_with(email, $1) AND right(email, char_length($2)) = $2 AND number ~ '^[0-9]{1,9}$'";
