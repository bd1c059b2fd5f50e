//! The number of copies that a guest may print.

use super::error::PrintError;

/// The copies of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrintBudget {
    limit: Option<u32>,
    used: u32,
}

impl PrintBudget {
    /// A session with this limit. `None` for any number.
    pub const fn new(limit: Option<u32>) -> Self {
        Self { limit, used: 0 }
    }

    /// The copies that are left. `None` for any number.
    pub fn left(&self) -> Option<u32> {
        self.limit.map(|limit| limit.saturating_sub(self.used))
    }

    /// Takes copies from the budget, before they are printed.
    ///
    /// # Errors
    /// [`PrintError::Limit`] if fewer are left. None are taken then.
    pub fn take(&mut self, copies: u32) -> Result<(), PrintError> {
        match self.left() {
            Some(left) if copies > left => Err(PrintError::Limit { asked: copies, left }),
            _ => {
                self.used = self.used.saturating_add(copies);
                Ok(())
            }
        }
    }

    /// Gives copies back that could not be printed.
    pub fn give_back(&mut self, copies: u32) {
        self.used = self.used.saturating_sub(copies);
    }

    /// Begins the next session.
    pub fn start_over(&mut self) {
        self.used = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_has_so_many_copies() {
        let mut budget = PrintBudget::new(Some(3));
        budget.take(2).expect("two of three");
        let error = budget.take(2).expect_err("one is left");
        assert!(matches!(error, PrintError::Limit { asked: 2, left: 1 }), "{error}");
        assert_eq!(budget.left(), Some(1), "a refused request takes nothing");
        budget.give_back(2);
        budget.take(3).expect("all three");
        assert_eq!(budget.left(), Some(0));
        budget.start_over();
        assert_eq!(budget.left(), Some(3));
        budget.give_back(9);
        assert_eq!(budget.left(), Some(3), "never more than the limit");
    }

    #[test]
    fn without_a_limit_any_number_is_fine() {
        let mut budget = PrintBudget::new(None);
        budget.take(u32::MAX).expect("any number");
        budget.take(u32::MAX).expect("and again");
        assert_eq!(budget.left(), None);
    }
}
