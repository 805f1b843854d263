//! The category tree.

use std::sync::Arc;

use domain::{catalog::Category, text::Name};
use ports::{MockCategoryReader, catalog::CategoryView};
use use_cases::catalog::{CategoryNode, ListCategories, list_categories::MAX_LEVELS};

use crate::fixtures::{now, unavailable, uuid};

/// Rows of (id, parent), as the reader gives them.
fn categories(rows: impl IntoIterator<Item = (u128, Option<u128>)>) -> ListCategories {
    let views: Vec<_> = rows
        .into_iter()
        .map(|(id, parent)| {
            let name = Name::parse(&format!("Category {id}")).unwrap();
            let parent_id = parent.map(|parent| uuid(parent).into());
            let category = Category::new(uuid(id).into(), name, None, parent_id, 0, now());
            CategoryView { category, product_count: 2 }
        })
        .collect();
    let mut reader = MockCategoryReader::new();
    reader.expect_list().returning(move || Ok(views.clone()));
    ListCategories { categories: Arc::new(reader) }
}

/// `1(2(3)4)`: ids, with what stands below in brackets.
fn shape(nodes: &[CategoryNode]) -> String {
    let show = |node: &CategoryNode| {
        let below =
            if node.children.is_empty() { String::new() } else { format!("({})", shape(&node.children)) };
        format!("{}{below}", node.view.category.id.uuid().as_u128())
    };
    nodes.iter().map(show).collect::<Vec<_>>().join(" ")
}

fn depth(mut nodes: &[CategoryNode]) -> usize {
    let mut depth = 0;
    while let Some(first) = nodes.first() {
        depth += 1;
        nodes = &first.children;
    }
    depth
}

#[tokio::test]
async fn every_category_stands_below_its_parent_in_the_reader_s_order() {
    let rows = [(4, None), (1, None), (3, Some(1)), (2, Some(1)), (6, Some(2)), (5, Some(4))];
    let list = categories(rows);
    assert_eq!(shape(&list.run().await.unwrap()), "4(5) 1(3 2(6))");
}

#[tokio::test]
async fn a_parent_may_come_after_its_children() {
    assert_eq!(shape(&categories([(3, Some(2)), (2, Some(1)), (1, None)]).run().await.unwrap()), "1(2(3))");
}

#[tokio::test]
async fn one_category_comes_with_all_below_it() {
    let list = categories([(1, None), (2, Some(1)), (3, Some(2)), (4, Some(1))]);
    let node = list.find(uuid(2).into()).await.unwrap().unwrap();
    assert_eq!(shape(&[node]), "2(3)");
    let top = list.find(uuid(1).into()).await.unwrap().unwrap();
    assert_eq!(shape(&[top]), "1(2(3) 4)");
    assert_eq!(list.find(uuid(9).into()).await.unwrap(), None);
}

#[tokio::test]
async fn no_category_makes_no_tree() {
    assert_eq!(categories([]).run().await.unwrap(), []);
}

#[tokio::test]
async fn rows_without_their_parent_and_rows_in_a_circle_do_not_hang() {
    let list = categories([(1, None), (2, Some(77)), (3, Some(4)), (4, Some(3)), (5, Some(5))]);
    assert_eq!(shape(&list.run().await.unwrap()), "1");
    let shown = |id: u128| {
        let list = list.clone();
        async move { shape(&[list.find(uuid(id).into()).await.unwrap().unwrap()]) }
    };
    assert_eq!(shown(2).await, "2");
    assert_eq!(shown(3).await, "3(4)");
    assert_eq!(shown(5).await, "5");
}

#[tokio::test]
async fn a_chain_of_any_length_does_not_exhaust_the_stack() {
    let list = categories((1..=50_000).map(|id| (id, (id > 1).then(|| id - 1))));
    let tree = list.run().await.unwrap();
    assert_eq!(depth(&tree), MAX_LEVELS);
    let middle = list.find(uuid(25_000).into()).await.unwrap().unwrap();
    assert_eq!(depth(&[middle]), MAX_LEVELS);
}

#[tokio::test]
async fn a_wide_tree_is_shown_whole() {
    let rows = (1..=5_000).map(|id| (id, (id > 1).then_some(1)));
    assert_eq!(categories(rows).run().await.unwrap()[0].children.len(), 4_999);
}

#[tokio::test]
async fn a_storage_failure_passes_through() {
    let mut reader = MockCategoryReader::new();
    reader.expect_list().times(2).returning(|| Err(unavailable()));
    let list = ListCategories { categories: Arc::new(reader) };
    assert!(list.run().await.is_err() && list.find(uuid(1).into()).await.is_err());
}
