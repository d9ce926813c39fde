SET LOCAL ROLE netup_owner;

-- How the routers of a site get their images.
ALTER TABLE sites
  -- pull: they fetch them; push: a worker sends them; NULL: as the worker is set up.
  ADD COLUMN image_transfer text CONSTRAINT sites_image_transfer_known CHECK (image_transfer IN ('pull', 'push')),
  -- The server that they fetch them from; NULL: the worker's.
  ADD COLUMN image_url text CONSTRAINT sites_image_url_whole CHECK (image_url ~ '^(scp|https)://[^\s]+$' AND image_url !~ '^[a-z]+://[^/]*:[^/]*@');

-- How far the clock of a worker is ahead of the database's, in milliseconds, when it last looked; NULL: it has not.
ALTER TABLE workers ADD COLUMN clock_ahead_ms bigint;
