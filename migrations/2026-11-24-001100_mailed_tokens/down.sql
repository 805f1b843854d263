DELETE FROM attempts WHERE scope IN ('reset_account', 'reset_address', 'email_account');
ALTER TABLE attempts DROP CONSTRAINT attempts_scope_check;
ALTER TABLE attempts ADD CONSTRAINT attempts_scope_check CHECK (scope IN (
    'login_account_address', 'login_account', 'login_address', 'registration_address'));
