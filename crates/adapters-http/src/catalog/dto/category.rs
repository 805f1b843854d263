//! Categories: the tree that products stand in.

use domain::{
    catalog::{CategoryEdit, Slug},
    ids::CategoryId,
    text::Name,
};
use ports::catalog as read;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use use_cases::catalog::{CategoryNode, CreateCategoryCommand};
use uuid::Uuid;

use crate::{Change, Edit, Faults, IntoCommand};

/// A new category.
#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewCategory")]
pub(crate) struct NewCategoryBody {
    /// Its name for people
    #[schemars(length(min = 1, max = 200), extend("format" = "not-blank", "examples" = ["Shirts"]))]
    pub(crate) name: String,
    /// Its name in addresses; made from the name when absent
    #[schemars(length(min = 1, max = 200), extend("format" = "slug", "examples" = ["shirts"]))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) slug: Option<String>,
    /// The category above it; without one it stands at the top
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) parent_id: Option<Uuid>,
    /// Where it stands among its sisters: they are ordered by it, equal ones by name. No other category moves, so leave
    /// room (10, 20, 30, …) for what is to come between two
    #[schemars(range(max = 1_000_000))]
    #[serde(default)]
    pub(crate) position: u32,
}

/// What is to be different about a category. What is absent stays.
#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CategoryPatch")]
pub(crate) struct CategoryPatchBody {
    /// Its name for people; the slug stays as it is
    #[schemars(length(min = 1, max = 200), extend("format" = "not-blank", "examples" = ["Shirts"]))]
    #[serde(default, skip_serializing_if = "Edit::is_keep")]
    pub(crate) name: Edit<String>,
    /// Its name in addresses
    #[schemars(length(min = 1, max = 200), extend("format" = "slug", "examples" = ["shirts"]))]
    #[serde(default, skip_serializing_if = "Edit::is_keep")]
    pub(crate) slug: Edit<String>,
    /// The category above it, which must not stand below it; `null` for the top
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub(crate) parent_id: Change<Uuid>,
    /// Where it stands among its sisters: they are ordered by it, equal ones by name. No other category moves, so leave
    /// room (10, 20, 30, …) for what is to come between two
    #[schemars(range(max = 1_000_000))]
    #[serde(default, skip_serializing_if = "Edit::is_keep")]
    pub(crate) position: Edit<u32>,
}

/// A category, with everything below it.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Category")]
pub(crate) struct CategoryView {
    /// Identity
    pub(crate) id: Uuid,
    /// Its name in addresses
    pub(crate) slug: String,
    /// Its name for people
    pub(crate) name: String,
    /// The category above it; `null` at the top
    pub(crate) parent_id: Option<Uuid>,
    /// Where it stands among its sisters; equal positions are ordered by name
    pub(crate) position: u32,
    /// How many active products stand in it, those of the categories below not counted
    pub(crate) product_count: u64,
    /// Counts edits
    pub(crate) version: i32,
    /// The categories right below it, in their order
    pub(crate) children: Vec<CategoryView>,
}

impl IntoCommand for NewCategoryBody {
    type Command = CreateCategoryCommand;

    fn into_command(self, faults: &mut Faults) -> Option<CreateCategoryCommand> {
        let name = faults.field("/name", Name::parse(&self.name));
        let slug = faults.optional("/slug", self.slug, |slug| Slug::parse(&slug));
        Some(CreateCategoryCommand {
            name: name?,
            slug: slug?,
            parent_id: self.parent_id.map(CategoryId::from),
            position: self.position,
        })
    }
}

impl IntoCommand for CategoryPatchBody {
    type Command = CategoryEdit;

    fn into_command(self, faults: &mut Faults) -> Option<CategoryEdit> {
        let name = faults.optional("/name", self.name.into_option(), |name| Name::parse(&name));
        let slug = faults.optional("/slug", self.slug.into_option(), |slug| Slug::parse(&slug));
        Some(CategoryEdit {
            name: name?,
            slug: slug?,
            parent_id: self.parent_id.into_option().map(|id| id.map(CategoryId::from)),
            position: self.position.into_option(),
        })
    }
}

impl From<read::CategoryView> for CategoryView {
    fn from(read::CategoryView { category, product_count }: read::CategoryView) -> Self {
        Self {
            id: category.id.uuid(),
            slug: category.slug.to_string(),
            name: category.name.into(),
            parent_id: category.parent_id.map(|id| id.uuid()),
            position: category.position,
            product_count,
            version: category.version,
            children: Vec::new(),
        }
    }
}

impl From<CategoryNode> for CategoryView {
    /// As deep as the use case lets a tree become.
    fn from(CategoryNode { view, children }: CategoryNode) -> Self {
        Self { children: children.into_iter().map(Self::from).collect(), ..view.into() }
    }
}
