-- Mails that anybody can ask for are bounded too: those to one account, those asked for from one network address, and
-- those to prove an address.
ALTER TABLE attempts DROP CONSTRAINT attempts_scope_check;
ALTER TABLE attempts ADD CONSTRAINT attempts_scope_check CHECK (scope IN (
    'login_account_address', 'login_account', 'login_address', 'registration_address',
    'reset_account', 'reset_address', 'email_account'));
