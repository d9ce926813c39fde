-- A running upgrade whose device was told to go down can be asked to take it back, until the new software is kept for good.

ALTER TABLE upgrades DROP CONSTRAINT upgrades_wanted_check;
ALTER TABLE upgrades ADD CONSTRAINT upgrades_wanted_check CHECK (wanted IN ('pause', 'cancel', 'rollback'));
