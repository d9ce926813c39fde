SET LOCAL ROLE netup_owner;

-- That upgrades may be approved without a person was said of a policy as it was. Whoever else changes it then, or switches it on, takes
-- that away; switching it off leaves it, for nothing is approved by a policy that is off.
CREATE FUNCTION end_auto_approve() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
DECLARE
  -- Generated columns have no value yet in NEW.
  others text[] := ARRAY['is_active', 'specificity', 'match_organization', 'match_site', 'match_model', 'match_vendor'];
BEGIN
  IF NOT pg_has_role(current_user, 'netup_owner', 'MEMBER')
     AND (to_jsonb(NEW) - others IS DISTINCT FROM to_jsonb(OLD) - others OR (NEW.is_active AND NOT OLD.is_active)) THEN
    NEW.auto_approve := false;
  END IF;
  RETURN NEW;
END
$$;
-- Before upgrade_policies_touch, which changes the version: triggers fire by their names.
CREATE TRIGGER upgrade_policies_end_auto_approve BEFORE UPDATE ON upgrade_policies FOR EACH ROW
  WHEN (OLD.auto_approve AND NEW.auto_approve) EXECUTE FUNCTION end_auto_approve();
