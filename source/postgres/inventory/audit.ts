import type { Actor } from '../../model/operator.ts';
import type { AuditEntry } from '../audit.ts';
import type { Section, SectionReport } from './report.ts';
import type { RouterImport } from './routers.ts';

/** What an import did in one organization. */
export interface OrganizationPart {
  readonly id: string;
  readonly slug: string;
  readonly sites: SectionReport;
  readonly policies: SectionReport;
  readonly routers: RouterImport;
}

/** What it did for all of them: `policies` are the shared ones. */
export type SharedPart = Readonly<Record<Exclude<Section, 'sites'>, SectionReport>>;

/**
 * The organization's audit entries: one that sums the load up, and one for each router that was changed. What concerns all
 * organizations is in every one's trail; nothing new, no entry.
 */
export function auditOf(part: OrganizationPart, shared: SharedPart, actor: Actor | null): readonly AuditEntry[] {
  const own = {
    organizations: only(shared.organizations, part.slug),
    members: only(shared.members, `${part.slug}:`),
    sites: part.sites,
    policies: part.policies,
    sharedPolicies: shared.policies,
    vendors: shared.vendors,
    models: shared.models,
    images: shared.images,
  };
  const changed = Object.entries(own).filter(([, { inserted, updated }]) => inserted.length + updated.length > 0);
  const { inserted, updated } = part.routers;
  if (changed.length === 0 && inserted + updated === 0) return [];
  const sections = changed.map(([name, section]) => [name, { inserted: section.inserted, updated: section.updated }]);
  return [
    {
      actor,
      action: 'fleet.load',
      targetType: 'organization',
      targetId: part.slug,
      after: { routers: { inserted, updated }, ...Object.fromEntries(sections) },
    },
    ...part.routers.differences
      .filter(({ kind }) => kind === 'update')
      .map(({ routerId, before, after }): AuditEntry => {
        return { actor, action: 'router.set', targetType: 'router', targetId: routerId, routerId, before, after };
      }),
  ];
}

/** Those of a section's names that are the organization's: its slug, or beginning with it. */
function only(section: SectionReport, prefix: string): SectionReport {
  const mine = (names: readonly string[]): readonly string[] =>
    names.filter((name) => (prefix.endsWith(':') ? name.startsWith(prefix) : name === prefix));
  return { inserted: mine(section.inserted), updated: mine(section.updated), unchanged: section.unchanged };
}
