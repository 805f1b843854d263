//! Versions of what can be edited, and edits on condition that nobody else was faster (RFC 9110, section 13.1.1).

/// On which version of a thing somebody wants to act.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Precondition {
    /// Whichever is current.
    #[default]
    None,
    /// The current one must be among these. None is, when the list is empty.
    OneOf(Vec<i64>),
}

/// The thing was edited since, or is another one than was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the current version is {current}")]
pub struct VersionMismatch {
    /// The version that it has now.
    pub current: i64,
}

impl Precondition {
    /// Passes when a thing of this version may be acted on.
    ///
    /// # Errors
    /// [`VersionMismatch`].
    ///
    /// ```
    /// use domain::version::Precondition;
    ///
    /// assert!(Precondition::OneOf(vec![7]).check(7).is_ok());
    /// assert_eq!(Precondition::OneOf(vec![7]).check(8).unwrap_err().current, 8);
    /// assert!(Precondition::None.check(8).is_ok());
    /// ```
    pub fn check(&self, current: impl Into<i64>) -> Result<(), VersionMismatch> {
        let current = current.into();
        match self {
            Self::OneOf(versions) if !versions.contains(&current) => Err(VersionMismatch { current }),
            Self::None | Self::OneOf(_) => Ok(()),
        }
    }
}
