SET LOCAL ROLE netup_owner;

-- The parts of a version of one platform: family, base, branch, patch, build; NULL for a form that is not known. What they mean, and
-- why each form is read as it is, says source/model/version*.ts, which is the definition; a test holds the two equal over real and
-- generated versions. It is here as well so that whoever writes a row, by psql too, gets the key that belongs to it.
CREATE FUNCTION version_form(platform text, version text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
  -- What JavaScript's trim removes.
  spaces constant text := U&' \0009\000A\000B\000C\000D\00A0\1680\2000\2001\2002\2003\2004\2005\2006\2007\2008\2009\200A\2028\2029\202F\205F\3000\FEFF';
  name constant text := btrim(version, spaces) COLLATE "C";
  m text[];
  tail text[];
BEGIN
  IF length(version) > 64 THEN
    RETURN NULL;
  END IF;
  -- What nearly every router runs is only matched, and taken apart by simpler means: to capture parts takes PostgreSQL 20 times as long.
  IF platform = 'ios-xe' AND name ~ '^[0-9]{2}\.[0-9]{1,2}\.[0-9]{1,3}[a-z]?$' AND name >= '16' THEN
    m := string_to_array(rtrim(name, 'abcdefghijklmnopqrstuvwxyz'), '.');
    RETURN ARRAY['', lpad(m[1], 4, '0') || '.' || lpad(m[2], 4, '0') || '.' || lpad(m[3], 4, '0'), '', ltrim(name, '0123456789.') || '.0000', ''];
  ELSIF platform = 'junos' AND name ~ '^[0-9]{1,2}\.[0-9]R[0-9]{1,4}(-S[0-9]{1,3})?(\.[0-9]{1,4})?$' THEN
    -- 21.4R3-S5.4 as 21.4.3,5.4
    m := string_to_array(translate(name, 'R-S', '.,'), '.');
    RETURN ARRAY['junos', lpad(m[1], 4, '0') || '.' || lpad(m[2], 4, '0'), 'R',
      lpad(split_part(m[3], ',', 1), 4, '0') || '.' || lpad(split_part(m[3], ',', 2), 4, '0'), coalesce(lpad(m[4], 10, '0'), '')];
  ELSIF platform = 'eos' AND name ~ '^[0-9](\.[0-9]{1,3}){2,3}[FM]X?$' THEN
    m := string_to_array(rtrim(name, 'FMX'), '.');
    RETURN ARRAY['', lpad(m[1], 4, '0') || '.' || lpad(m[2], 4, '0') || '.' || lpad(m[3], 4, '0') || '.' || lpad(coalesce(m[4], ''), 4, '0'),
      ltrim(name, '0123456789.'), '', ''];
  END IF;
  IF platform = 'ios-xe' THEN
    m := regexp_match(name, '^([0-9]{2})\.([0-9]{1,2})\.([0-9]{1,3})(?:([a-z]{1,2}|prd)([0-9]{1,3})?)?(?:\.([0-9]{1,4})\.([0-9]{1,10}))?$');
    IF m IS NOT NULL AND m[1]::integer >= 16 THEN
      RETURN ARRAY['', concat_ws('.', lpad(m[1], 4, '0'), lpad(m[2], 4, '0'), lpad(m[3], 4, '0')),
        CASE WHEN m[4] = 'prd' THEN 'prd' ELSE '' END,
        CASE WHEN m[4] = 'prd' THEN '' ELSE coalesce(m[4], '') END || '.' || lpad(coalesce(m[5], ''), 4, '0'),
        concat_ws('.', lpad(m[6], 10, '0'), lpad(m[7], 10, '0'))];
    END IF;
    m := regexp_match(name, '^0?3\.([0-9]{1,2})\.([0-9]{1,2})([a-z])?\.?([A-Z]{1,3})$');
    IF m IS NOT NULL THEN
      RETURN ARRAY['early-' || m[4], concat_ws('.', '0003', lpad(m[1], 4, '0'), lpad(m[2], 4, '0')), '', coalesce(m[3], ''), ''];
    END IF;
    m := regexp_match(name, '^(9|1[0-5])\.([0-9]{1,2})\(([0-9]{1,3})([a-q])?\)(?:([A-Z]{1,3})([0-9]{1,3})?([a-z]{1,2})?)?$');
    IF m IS NOT NULL THEN
      RETURN ARRAY['classic-' || coalesce(m[5], ''), concat_ws('.', lpad(m[1], 4, '0'), lpad(m[2], 4, '0'), lpad(m[3], 4, '0')), '',
        concat(m[4], '.', lpad(coalesce(m[6], ''), 4, '0'), '.', m[7]), ''];
    END IF;
  ELSIF platform = 'junos' THEN
    m := regexp_match(name, '^([0-9]{1,2})\.([0-9])(?:([RF])|X([0-9]{1,3})-D)([0-9]{1,4})(?:-S([0-9]{1,3}))?(?:\.([0-9]{1,4}))?(-EVO)?$');
    IF m IS NOT NULL THEN
      RETURN ARRAY[CASE WHEN m[8] IS NULL THEN 'junos' ELSE 'evolved' END, lpad(m[1], 4, '0') || '.' || lpad(m[2], 4, '0'),
        coalesce(m[3], 'X' || m[4]::integer), lpad(m[5], 4, '0') || '.' || lpad(coalesce(m[6], ''), 4, '0'),
        coalesce(lpad(m[7], 10, '0'), '')];
    END IF;
  ELSIF platform = 'eos' THEN
    -- In two parts, and without capturing more than needed: one expression takes PostgreSQL many times as long.
    m := regexp_match(name, '^([0-9])\.([0-9]{1,3})\.([0-9]{1,3})(?:\.([0-9]{1,3}))?([FM]X?)(-.*|)(?: \(engineering build\))?$');
    IF m IS NOT NULL THEN
      IF m[6] = '' THEN
        tail := ARRAY[NULL, NULL, NULL];
      ELSE
        tail := regexp_match(regexp_replace(m[6], ' \(engineering build\)$', ''),
          '^(?:-([A-Za-z][A-Za-z0-9-]{0,31}))?(?:-([0-9]{1,10})(?:\.(?:([0-9]{1,10})|[0-9]{3,8}[FM]X?))?)?$');
      END IF;
      IF tail IS NOT NULL THEN
        RETURN ARRAY['', concat_ws('.', lpad(m[1], 4, '0'), lpad(m[2], 4, '0'), lpad(m[3], 4, '0'), lpad(coalesce(m[4], ''), 4, '0')),
          concat_ws('-', m[5], tail[1]), '', concat_ws('.', lpad(tail[2], 10, '0'), lpad(tail[3], 10, '0'))];
      END IF;
    END IF;
  END IF;
  RETURN NULL;
END
$$;

-- Text that sorts, by bytes, as the versions of one platform do wherever they have an order. NULL for a form that is not known, or no
-- platform. Keys of different platforms mean nothing to each other.
CREATE FUNCTION version_key(platform text, version text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
  f constant text[] := public.version_form(platform, version);
BEGIN
  RETURN f[2] || '.' || f[1] || '.' || f[3] || '.' || f[4] || '.' || f[5];
END
$$;

-- -1 if version `a` of the platform is earlier than `b`, 0 if both are spellings of one, 1 if it is later; NULL if they are not comparable.
CREATE FUNCTION compare_versions(platform text, a text, b text) RETURNS integer
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
  f constant text[] := public.version_form(platform, a);
  g constant text[] := public.version_form(platform, b);
BEGIN
  RETURN CASE
    WHEN f IS NULL OR g IS NULL OR (f[1] <> g[1] AND f[1] <> '' AND g[1] <> '') THEN NULL
    WHEN f[2] COLLATE "C" < g[2] THEN -1
    WHEN f[2] COLLATE "C" > g[2] THEN 1
    WHEN f[1] <> g[1] OR f[3] <> g[3] THEN NULL
    WHEN (f[4], f[5]) = (g[4], g[5]) THEN 0
    WHEN (f[4] || '.' || f[5]) COLLATE "C" < (g[4] || '.' || g[5]) THEN -1
    ELSE 1
  END;
END
$$;

-- Whether a router that runs `running` has what `wanted` asks for: a name without a build stands for every build of its release.
CREATE FUNCTION runs_release(platform text, running text, wanted text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
  f text[];
  g text[];
BEGIN
  IF running = wanted THEN
    RETURN true;
  END IF;
  f := public.version_form(platform, running);
  g := public.version_form(platform, wanted);
  RETURN coalesce(f[1:4] = g[1:4] AND (f[5] = g[5] OR '' IN (f[5], g[5])), false);
END
$$;

-- COLLATE "C" also so that a comparison is by bytes and may use an index under row-level security.
ALTER TABLE routers ADD COLUMN current_ver_key text COLLATE "C", ADD COLUMN target_ver_key text COLLATE "C";
ALTER TABLE firmware_images ADD COLUMN version_key text COLLATE "C";

-- A generated column would not do: the platform is in another table. Whatever a writer gives for a key is replaced.
-- It runs for every router of a fleet that is loaded: names are written out because a search path of its own costs a tenth.
CREATE FUNCTION set_router_version_keys() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
  its_platform text;
BEGIN
  SELECT m.platform INTO its_platform FROM public.models AS m WHERE m.id = NEW.model_id;
  NEW.current_ver_key := public.version_key(its_platform, NEW.current_ver);
  NEW.target_ver_key := CASE NEW.target_ver WHEN NEW.current_ver THEN NEW.current_ver_key
    ELSE public.version_key(its_platform, NEW.target_ver) END;
  RETURN NEW;
END
$$;
CREATE TRIGGER routers_version_keys
  BEFORE INSERT OR UPDATE OF current_ver, target_ver, model_id, current_ver_key, target_ver_key ON routers
  FOR EACH ROW EXECUTE FUNCTION set_router_version_keys();

-- An image runs on models of one platform; one that is said to run on several has no key.
CREATE FUNCTION set_image_version_key() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  NEW.version_key := version_key((
    SELECT min(m.platform) FROM firmware_image_models AS f JOIN models AS m ON m.id = f.model_id
    WHERE f.image_id = NEW.id HAVING count(DISTINCT m.platform) = 1), NEW.version);
  RETURN NEW;
END
$$;
CREATE TRIGGER firmware_images_version_key BEFORE INSERT OR UPDATE OF version, version_key ON firmware_images
  FOR EACH ROW EXECUTE FUNCTION set_image_version_key();

CREATE FUNCTION touch_image_of_model() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  UPDATE firmware_images SET version_key = NULL WHERE id = OLD.image_id OR id = NEW.image_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER firmware_image_models_version_key AFTER INSERT OR UPDATE OR DELETE ON firmware_image_models
  FOR EACH ROW EXECUTE FUNCTION touch_image_of_model();

-- A model whose platform was put right: its images, and its routers in every organization, get the keys of the new one.
CREATE FUNCTION rekey_model() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  before constant text := coalesce(current_setting('app.current_org_id', true), '');
  organization uuid;
BEGIN
  UPDATE firmware_images SET version_key = NULL
  WHERE id IN (SELECT f.image_id FROM firmware_image_models AS f WHERE f.model_id = NEW.id);
  FOR organization IN SELECT o.id FROM organizations AS o LOOP
    PERFORM set_config('app.current_org_id', organization::text, true);
    UPDATE routers SET current_ver_key = NULL WHERE organization_id = organization AND model_id = NEW.id;
  END LOOP;
  PERFORM set_config('app.current_org_id', before, true);
  RETURN NULL;
END
$$;
CREATE TRIGGER models_rekey AFTER UPDATE OF platform ON models FOR EACH ROW
  WHEN (OLD.platform <> NEW.platform) EXECUTE FUNCTION rekey_model();

-- The rows that are there, of all organizations, which their owner cannot see otherwise. Nothing else of them changes, so that neither
-- consoles nor the time of the last change need to hear of it.
ALTER TABLE routers NO FORCE ROW LEVEL SECURITY;
ALTER TABLE routers DISABLE TRIGGER routers_touch;
ALTER TABLE routers DISABLE TRIGGER routers_notify_update;
UPDATE routers SET current_ver_key = NULL;
ALTER TABLE routers ENABLE TRIGGER routers_notify_update;
ALTER TABLE routers ENABLE TRIGGER routers_touch;
ALTER TABLE routers FORCE ROW LEVEL SECURITY;
UPDATE firmware_images SET version_key = NULL;
