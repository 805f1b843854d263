//! The table of `matrix.md`, read.

use super::stage::Who;

const TABLE: &str = include_str!("matrix.md");

/// One row: an operation, called in one way.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Its `operationId`.
    pub(super) operation: String,
    /// How it is called: method and path, in whose places the kinds of things stand, and perhaps a query.
    pub(super) call: String,
    permission: String,
    /// What everybody gets, in the order of [`Who::ALL`].
    pub(super) statuses: Vec<u16>,
}

/// Every row, in the order of the table.
pub(super) fn rows() -> Vec<Row> {
    let mut lines = TABLE.lines().filter_map(|line| {
        let line = line.strip_prefix('|')?.strip_suffix('|')?;
        Some(line.split('|').map(|cell| cell.trim().trim_matches('`').to_owned()).collect::<Vec<_>>())
    });
    let titles = lines.next().expect("a table");
    let people = Who::ALL.map(Who::name);
    assert_eq!(titles[..3], ["operation", "call", "permission"]);
    assert_eq!(titles[3..], people);
    let rows = lines.filter(|cells| !cells.iter().all(|cell| cell.trim_matches('-').is_empty()));
    rows.map(|cells| {
        let status = |cell: &String| cell.parse().unwrap_or_else(|_| panic!("{cells:?}: {cell}"));
        let statuses: Vec<u16> = cells[3..].iter().map(status).collect();
        assert_eq!(statuses.len(), people.len(), "{cells:?}");
        let [operation, call, permission] = [0, 1, 2].map(|n: usize| cells[n].clone());
        Row { operation, call, permission, statuses }
    })
    .collect()
}

impl Row {
    /// Everybody, with what they get.
    pub(super) fn cells(&self) -> impl Iterator<Item = (Who, u16)> {
        Who::ALL.into_iter().zip(self.statuses.iter().copied())
    }

    /// The permission that opens it, if one does.
    pub(super) fn permission(&self) -> Option<&str> {
        (!self.permission.is_empty()).then_some(&self.permission)
    }

    pub(super) fn method(&self) -> &str {
        self.call.split_once(' ').unwrap().0
    }

    /// Path and query.
    pub(super) fn path(&self) -> &str {
        self.call.split_once(' ').unwrap().1
    }

    /// Whether it is about a special thing or a special query: then what is allowed depends on that, and not on the
    /// operation alone.
    pub(super) fn is_special(&self) -> bool {
        self.call != self.route()
    }

    /// The operation's route, as the document has it: without the query, and with the names of the path's parameters.
    pub(super) fn route(&self) -> String {
        let call = self.call.split('?').next().unwrap();
        let step = |step: &str| match step.strip_prefix('{').and_then(|step| step.split_once(':')) {
            Some((parameter, _)) => format!("{{{parameter}}}"),
            None => step.to_owned(),
        };
        call.split('/').map(step).collect::<Vec<_>>().join("/")
    }

    /// The row as it stands in the table, with these statuses.
    pub(super) fn line(&self, statuses: &[u16]) -> String {
        let statuses: Vec<_> = statuses.iter().map(u16::to_string).collect();
        let (operation, call, permission) = (&self.operation, &self.call, &self.permission);
        let permission = if permission.is_empty() { String::new() } else { format!("`{permission}`") };
        format!("| {operation} | `{call}` | {permission} | {} |", statuses.join(" | "))
    }
}
