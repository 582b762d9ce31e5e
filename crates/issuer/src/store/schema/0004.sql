-- What a lost phone needs, and keys that are good for a time.

-- The number of the letter that orders a device to erase itself, and when a report said that it came.
ALTER TABLE device ADD COLUMN wipe_letter INTEGER;
ALTER TABLE device ADD COLUMN wiped_at INTEGER;

-- The epoch of the receive key that the last package was sealed to; 0: none was, or it is not known.
ALTER TABLE device ADD COLUMN packaged_epoch INTEGER NOT NULL DEFAULT 0;

-- The last second in which the keys of a batch are good; NULL: they do not expire.
ALTER TABLE key_batch ADD COLUMN not_after INTEGER;
