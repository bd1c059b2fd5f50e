//! Which effects there are.
