-- A role of its own for the site, so that not even the site can rewrite what it has noted.
--
-- Run once as the owner of the tables, after the first `migrate`:
--   psql --set=password='...' --file docs/database-roles.sql
-- The owner keeps running `migrate`; the web server and the worker sign in as lfnkr_site.

CREATE ROLE lfnkr_site LOGIN PASSWORD :'password'
    NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT;

GRANT USAGE ON SCHEMA public TO lfnkr_site;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO lfnkr_site;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO lfnkr_site;

-- Tables that later versions add
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO lfnkr_site;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO lfnkr_site;

-- The audit trail, the ledger and the books: added to and read, never changed.
-- The triggers that say so as well could be switched off by the owner, who is somebody else now.
REVOKE UPDATE, DELETE, TRUNCATE ON
    accounts_act,
    campaigns_entry,
    donations_allocation,
    donations_pledgeentry
    FROM lfnkr_site;

-- Expenses and gifts: their figures stay as well; what is said about them may be learnt late.
REVOKE UPDATE, DELETE, TRUNCATE ON campaigns_expense, donations_donation FROM lfnkr_site;
GRANT UPDATE (note, document_id) ON campaigns_expense TO lfnkr_site;
GRANT UPDATE (donor_id, goods, note, thanked_on) ON donations_donation TO lfnkr_site;

-- Receipts become void or are issued again, and never go.
REVOKE DELETE, TRUNCATE ON donations_receipt FROM lfnkr_site;
