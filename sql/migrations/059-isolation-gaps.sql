SET LOCAL ROLE netup_owner;

-- Whoever made a token is of the organization that it is for. With operators alone as the key, a row could hang on somebody of another
-- organization, and the error told whether there is such an operator.
ALTER TABLE mcp_tokens DROP CONSTRAINT mcp_tokens_created_by_fkey;
ALTER TABLE mcp_tokens ADD FOREIGN KEY (organization_id, created_by) REFERENCES organization_members (organization_id, operator_id);

-- Numbers of policies are shared by all organizations, and whoever may insert may also choose one (OVERRIDING SYSTEM VALUE): a number that is
-- taken would be told by an error. So only the owner chooses, as for a database of version 1; previews have numbers below 1.
CREATE FUNCTION next_policy_id() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  NEW.id := nextval(pg_get_serial_sequence('public.upgrade_policies', 'id'));
  RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION next_policy_id() FROM PUBLIC;
CREATE TRIGGER upgrade_policies_next_id BEFORE INSERT ON upgrade_policies FOR EACH ROW
  WHEN (NEW.id > 0 AND NOT pg_has_role('netup_owner', 'MEMBER')) EXECUTE FUNCTION next_policy_id();

-- As for upgrades and overrides: a decision names a policy that its organization sees.
CREATE TRIGGER decisions_policy BEFORE INSERT ON decisions FOR EACH ROW EXECUTE FUNCTION check_policy_visible();
