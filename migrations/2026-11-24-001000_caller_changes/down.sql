DROP TRIGGER users_note_changed_roles ON users;
DROP FUNCTION note_changed_roles();
DROP TRIGGER sessions_note_revocation ON sessions;
DROP FUNCTION note_revocation();
ALTER TABLE users DROP COLUMN roles_changed_in, DROP COLUMN roles_changed_at;
ALTER TABLE sessions DROP COLUMN revoked_in;
