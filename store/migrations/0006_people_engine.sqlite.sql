-- One role at some mines becomes a duty at each of them.
UPDATE actors SET duties = (SELECT json_group_array(json_object('role', actors.role, 'site', m.value)) FROM json_each(actors.sites) m WHERE m.value IS NOT NULL);
ALTER TABLE actors DROP COLUMN role;
ALTER TABLE actors DROP COLUMN sites;
