SET LOCAL ROLE netup_owner;

-- Every table with an organization_id shows, and takes, rows of the connection's organization only: also for its owner (FORCE).
DO $$
DECLARE
  tenant text;
BEGIN
  FOREACH tenant IN ARRAY ARRAY[
    'organization_members', 'sites', 'routers', 'credentials', 'router_policy_overrides', 'upgrades', 'upgrade_steps'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant);
    EXECUTE format(
      'CREATE POLICY %I ON %I USING (organization_id = (SELECT current_org_id()))
       WITH CHECK (organization_id = (SELECT current_org_id()))', tenant || '_org_isolation', tenant);
  END LOOP;
END
$$;

ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE organizations FORCE ROW LEVEL SECURITY;
CREATE POLICY organizations_own ON organizations FOR SELECT USING (id = (SELECT current_org_id()));

-- An operator is visible where they are a member, so that names can be shown.
ALTER TABLE operators ENABLE ROW LEVEL SECURITY;
ALTER TABLE operators FORCE ROW LEVEL SECURITY;
CREATE POLICY operators_of_organization ON operators FOR SELECT
  USING (EXISTS (SELECT FROM organization_members AS m WHERE m.operator_id = operators.id));

-- Rules for all organizations are readable by all and written by the owner; own rules are written by their organization.
ALTER TABLE upgrade_policies ENABLE ROW LEVEL SECURITY;
ALTER TABLE upgrade_policies FORCE ROW LEVEL SECURITY;
CREATE POLICY upgrade_policies_org_isolation ON upgrade_policies
  USING (organization_id = (SELECT current_org_id()))
  WITH CHECK (organization_id = (SELECT current_org_id()));
CREATE POLICY upgrade_policies_shared ON upgrade_policies FOR SELECT
  USING (organization_id IS NULL AND (SELECT current_org_id()) IS NOT NULL);

-- The owner, as which no process of ours runs, creates organizations, people and shared rules, and looks people up at login.
CREATE POLICY organizations_owner ON organizations TO netup_owner USING (true) WITH CHECK (true);
CREATE POLICY operators_owner ON operators TO netup_owner USING (true) WITH CHECK (true);
CREATE POLICY organization_members_owner ON organization_members TO netup_owner USING (true) WITH CHECK (true);
CREATE POLICY upgrade_policies_owner ON upgrade_policies TO netup_owner
  USING (organization_id IS NULL) WITH CHECK (organization_id IS NULL);

GRANT SELECT ON organizations, operators, organization_members, sites, vendors, models, routers, firmware_images,
  firmware_image_models, upgrade_policies, router_policy_overrides, upgrades, upgrade_steps
  TO app_user, netup_worker, netup_readonly;

GRANT INSERT, UPDATE ON sites, routers, upgrade_policies, router_policy_overrides, upgrades, upgrade_steps TO app_user;
GRANT DELETE ON router_policy_overrides TO app_user;
GRANT SELECT, INSERT, UPDATE ON credentials TO app_user;

GRANT UPDATE ON routers, upgrades, upgrade_steps TO netup_worker;
GRANT SELECT ON credentials TO netup_worker;

GRANT SELECT (organization_id, id, name, credential_type, username, encryption_key_id, created_at, updated_at)
  ON credentials TO netup_readonly;

-- Where an operator may work and as what. It runs as the owner because nobody has an organization yet at login.
-- pg_temp is last in the search path, since it is first where it is not named: nobody's temporary table may stand for ours.
CREATE FUNCTION operator_memberships(operator_name text)
RETURNS TABLE (
  operator_id uuid, name text, display_name text,
  organization_id uuid, slug text, organization_name text, role text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT o.id, o.name, o.display_name, g.id, g.slug, g.name, m.role
  FROM operators AS o
  LEFT JOIN organization_members AS m ON m.operator_id = o.id
  LEFT JOIN organizations AS g ON g.id = m.organization_id
  WHERE o.name = operator_name AND o.is_active
  ORDER BY g.name
$$;
REVOKE ALL ON FUNCTION operator_memberships(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION operator_memberships(text) TO app_user;
