DROP FUNCTION refuse_rewrite();
DROP FUNCTION elements_at_most(jsonb, integer);
DROP FUNCTION texts_within(jsonb, integer, integer, integer);
DROP FUNCTION elements_within(text[], integer);
DROP EXTENSION pg_trgm;
DROP EXTENSION btree_gist;
