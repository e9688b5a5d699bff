-- A ledger as small as it can be while it is still one: accounts, transfers known by
-- their names, two entries each.
CREATE TABLE account (
    id      integer PRIMARY KEY,
    balance bigint NOT NULL CHECK (balance >= 0)
) WITH (fillfactor = 50);

CREATE TABLE transfer (
    uetr     uuid PRIMARY KEY,
    debtor   integer NOT NULL,
    creditor integer NOT NULL,
    amount   bigint NOT NULL CHECK (amount > 0),
    booked   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE entry (
    uetr    uuid NOT NULL,
    account integer NOT NULL,
    amount  bigint NOT NULL
);

-- Accounts are locked in the order of their numbers, so that transfers never wait for
-- each other in a circle; what needs no lock is done first.
CREATE FUNCTION book(u uuid, d integer, c integer, a bigint) RETURNS void AS $$
BEGIN
    INSERT INTO transfer (uetr, debtor, creditor, amount) VALUES (u, d, c, a);
    INSERT INTO entry VALUES (u, d, -a), (u, c, a);
    IF d < c THEN
        UPDATE account SET balance = balance - a WHERE id = d;
        UPDATE account SET balance = balance + a WHERE id = c;
    ELSE
        UPDATE account SET balance = balance + a WHERE id = c;
        UPDATE account SET balance = balance - a WHERE id = d;
    END IF;
END $$ LANGUAGE plpgsql;
