DROP TABLE audit_log, attempts, mails, one_time_tokens, refresh_tokens, sessions, users;
DROP FUNCTION refuse_token_of_revoked_session();
DROP FUNCTION end_tokens_of_session();
DROP FUNCTION keep_an_admin();
