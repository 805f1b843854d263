//! An order as a few numbers, after the contract's section 6 alone.

use super::life::{Deed, Who};

/// One line.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    pub(crate) ordered: u32,
    pub(crate) price: i64,
    pub(crate) cancelled: u32,
    pub(crate) shipped: u32,
    pub(crate) delivered: u32,
    pub(crate) returned: u32,
    /// What the shop has of it, in total and promised to this order.
    pub(crate) on_hand: i64,
    pub(crate) reserved: i64,
}

/// One order.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub(crate) status: &'static str,
    pub(crate) lines: Vec<Line>,
    /// For each shipment whether it has arrived, and its pieces of each line.
    pub(crate) shipments: Vec<(bool, Vec<u32>)>,
    pub(crate) paid: i64,
    pub(crate) refunded: i64,
    pub(crate) references: Vec<u8>,
    /// When it stops waiting for money.
    pub(crate) deadline: i64,
}

impl Model {
    pub(crate) fn total(&self) -> i64 {
        self.lines.iter().map(|line| line.price * i64::from(line.ordered)).sum()
    }

    pub(crate) fn is_dead(&self) -> bool {
        matches!(self.status, "expired" | "cancelled")
    }

    pub(crate) fn owed(&self) -> i64 {
        if self.is_dead() {
            return 0;
        }
        self.lines.iter().map(|line| line.price * i64::from(line.ordered - line.cancelled)).sum()
    }

    pub(crate) fn due(&self) -> i64 {
        (self.owed() - self.paid).max(0)
    }

    fn left(&self) -> Vec<u32> {
        self.lines.iter().map(|line| line.ordered - line.cancelled - line.shipped).collect()
    }

    fn is_shipped(&self) -> bool {
        self.lines.iter().any(|line| line.shipped > 0)
    }

    /// Whether it is done; then the model has changed.
    pub(crate) fn attempt(&mut self, deed: &Deed, who: Who, now: i64) -> bool {
        let done = self.deed(deed, who, now);
        if done {
            self.follow();
        }
        done
    }

    fn deed(&mut self, deed: &Deed, who: Who, now: i64) -> bool {
        let is_live = matches!(self.status, "confirmed" | "completed");
        match deed {
            Deed::Confirm if self.status == "pending" && who == Who::Manager => self.status = "confirmed",
            Deed::Expire if self.status == "pending" && who == Who::Shop && now >= self.deadline => {
                self.call_off();
                self.status = "expired";
            }
            Deed::Cancel
                if matches!(self.status, "pending" | "confirmed")
                    && !self.is_shipped()
                    && matches!(who, Who::Owner | Who::Support | Who::Manager) =>
            {
                self.call_off();
                self.status = "cancelled";
            }
            Deed::Cancel
                if self.status == "confirmed"
                    && self.left().iter().any(|left| *left > 0)
                    && matches!(who, Who::Support | Who::Manager) =>
            {
                self.call_off();
            }
            Deed::Pay { cents, reference } if who == Who::Manager => {
                let cents = cents.unwrap_or(self.due());
                let fits = cents > 0 && (self.is_dead() || cents <= self.due());
                if !fits || self.references.contains(reference) {
                    return false;
                }
                self.paid += cents;
                self.references.push(*reference);
            }
            Deed::Refund { cents } if who == Who::Manager && self.status != "pending" => {
                let kept = self.paid - self.refunded;
                let cents = cents.unwrap_or(kept);
                if cents == 0 || cents > kept {
                    return false;
                }
                self.refunded += cents;
            }
            Deed::Fulfill { pieces } if who == Who::Manager && self.status == "confirmed" => {
                let pieces = pieces.as_ref().map_or_else(|| self.left(), |asked| self.sums(asked));
                if pieces.iter().sum::<u32>() == 0
                    || pieces.iter().zip(self.left()).any(|(n, left)| *n > left)
                {
                    return false;
                }
                for (line, n) in self.lines.iter_mut().zip(&pieces) {
                    line.shipped += n;
                    line.on_hand -= i64::from(*n);
                    line.reserved -= i64::from(*n);
                }
                self.shipments.push((false, pieces));
            }
            Deed::Deliver { shipment } if who == Who::Manager => {
                let Some((arrived, pieces)) = self.shipments.get_mut(*shipment) else { return false };
                if !std::mem::replace(arrived, true) {
                    self.lines.iter_mut().zip(pieces).for_each(|(line, n)| line.delivered += *n);
                }
            }
            Deed::Return { pieces, restock } if who == Who::Manager && is_live => {
                let pieces = self.sums(pieces);
                let fits = |(line, n): (&Line, &u32)| line.returned + n <= line.delivered;
                if pieces.iter().sum::<u32>() == 0 || !self.lines.iter().zip(&pieces).all(fits) {
                    return false;
                }
                for (line, n) in self.lines.iter_mut().zip(&pieces) {
                    line.returned += n;
                    line.on_hand += if *restock { i64::from(*n) } else { 0 };
                }
            }
            _ => return false,
        }
        true
    }

    /// What happens by itself.
    fn follow(&mut self) {
        if self.status == "pending" && self.due() == 0 {
            self.status = "confirmed";
        }
        let has_all = self.lines.iter().all(|line| line.delivered == line.ordered - line.cancelled);
        if self.status == "confirmed" && has_all && self.due() == 0 {
            self.status = "completed";
        }
    }

    fn call_off(&mut self) {
        for (line, left) in self.left().into_iter().enumerate() {
            self.lines[line].cancelled += left;
            self.lines[line].reserved -= i64::from(left);
        }
    }

    /// The pieces of each line.
    fn sums(&self, asked: &[(usize, u32)]) -> Vec<u32> {
        let mut sums = vec![0; self.lines.len()];
        asked.iter().for_each(|(line, pieces)| sums[line % self.lines.len()] += pieces);
        sums
    }
}
