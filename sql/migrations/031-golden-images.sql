SET LOCAL ROLE netup_owner;

-- Which image an organization wants on a model: at one site, or, without a site, wherever no site has its own. Without a row, the mark that all
-- organizations share holds (firmware_images.is_golden).
CREATE TABLE golden_images (
  organization_id uuid NOT NULL REFERENCES organizations (id),
  model_id uuid NOT NULL,
  site_id uuid,
  image_id uuid NOT NULL,
  UNIQUE NULLS NOT DISTINCT (organization_id, model_id, site_id),
  FOREIGN KEY (organization_id, site_id) REFERENCES sites (organization_id, id),
  FOREIGN KEY (image_id, model_id) REFERENCES firmware_image_models (image_id, model_id)
);
ALTER TABLE golden_images ENABLE ROW LEVEL SECURITY;
ALTER TABLE golden_images FORCE ROW LEVEL SECURITY;
CREATE POLICY golden_images_org_isolation ON golden_images
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
GRANT SELECT ON golden_images TO app_user, netup_worker, netup_readonly;
GRANT INSERT, UPDATE, DELETE ON golden_images TO app_user;
