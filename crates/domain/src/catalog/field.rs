//! Fields of a thing that is edited.

/// Sets a field that is to change, and notes its name when it does.
pub(super) fn set<T: Clone + PartialEq>(
    field: &mut T,
    wanted: Option<&T>,
    name: &'static str,
    fields: &mut Vec<&'static str>,
) {
    if let Some(wanted) = wanted.filter(|wanted| *wanted != field) {
        *field = wanted.clone();
        fields.push(name);
    }
}
