-- The text of src/schema.rs, made from the database's own catalog.
WITH columns AS (
    SELECT table_name, string_agg(
        '        ' || CASE WHEN column_name = 'type' THEN E'#[sql_name = "type"]\n        type_' ELSE column_name END
        || ' -> ' || CASE WHEN is_nullable = 'YES' THEN 'Nullable<' || kind || '>' ELSE kind END || ',',
        E'\n' ORDER BY ordinal_position) AS listed
    FROM information_schema.columns
    CROSS JOIN LATERAL (SELECT CASE udt_name
        WHEN 'uuid' THEN 'Uuid' WHEN 'text' THEN 'Text' WHEN 'timestamptz' THEN 'Timestamptz' WHEN 'bytea' THEN 'Bytea'
        WHEN 'inet' THEN 'Inet' WHEN 'jsonb' THEN 'Jsonb' WHEN 'int2' THEN 'SmallInt' WHEN 'int4' THEN 'Integer'
        WHEN 'int8' THEN 'BigInt' WHEN 'bool' THEN 'Bool' WHEN '_text' THEN 'Array<Text>'
        WHEN '_timestamptz' THEN 'Array<Timestamptz>' ELSE udt_name END AS kind) AS mapped
    WHERE table_schema = 'public' AND table_name NOT LIKE '\_\_diesel%'
        AND table_name <> 'product_words' -- has a tsvector, which Diesel doesn't know; nothing here reads it
    GROUP BY table_name
), keys AS (
    SELECT table_name, string_agg(column_name, ', ' ORDER BY usage.ordinal_position) AS listed
    FROM information_schema.table_constraints JOIN information_schema.key_column_usage AS usage
        USING (constraint_schema, constraint_name, table_name)
    WHERE constraint_type = 'PRIMARY KEY' AND constraint_schema = 'public' GROUP BY table_name
)
SELECT E'//! The tables, as Diesel needs to know them. Rendered from the migrated database by the test that compares the two.\n\n'
    || string_agg(format(E'diesel::table! {\n    %s (%s) {\n%s\n    }\n}\n', table_name, keys.listed, columns.listed),
        E'\n' ORDER BY table_name COLLATE "C")
    || E'\ndiesel::allow_tables_to_appear_in_same_query!(\n'
    || string_agg('    ' || table_name || E',\n', '' ORDER BY table_name COLLATE "C") || E');\n' AS source
FROM columns JOIN keys USING (table_name)
