import type { FleetFile, FleetRouter } from '../../model/fleet-file.ts';
import type { FleetProblem } from '../../model/fleet-problem.ts';
import { type FleetModel, KnownModels } from './known-models.ts';

/** Names that the inventory has already. */
export interface KnownNames {
  readonly organizations: readonly string[];
  readonly models: readonly { readonly vendor: string; readonly name: string }[];
}

export type FleetPolicy = FleetFile['policies'][number];

/** A file whose names all lead somewhere. */
export interface CompleteFleet extends FleetFile {
  /** With the vendor of the policy's model, which the policy itself need not name. */
  readonly policies: (FleetPolicy & { readonly modelVendor: string | null })[];
  /** Taken for granted by routers and policies: made if they are missing. */
  readonly impliedVendors: readonly string[];
  readonly impliedModels: readonly FleetModel[];
  readonly impliedSites: readonly { readonly organization: string; readonly name: string }[];
  /** Entries that were left out, and why. */
  readonly problems: readonly FleetProblem[];
}

/** Checks what a file's entries refer to, and finds the vendors, models and sites that it takes for granted. */
export function completeFleet(file: FleetFile, known: KnownNames): CompleteFleet {
  const problems: FleetProblem[] = [];
  const problem = (where: string, fault: string): void => void problems.push({ line: null, where, fault });
  const slugs = new Set([...known.organizations, ...file.organizations.map(({ slug }) => slug)]);
  const belongs = (organization: string, where: string): boolean => {
    if (!slugs.has(organization))
      problem(where, `organization ${organization} is in neither the file nor the inventory`);
    return slugs.has(organization);
  };
  const models = new KnownModels([...known.models, ...file.models]);
  const taken = new Set<string>();
  // A statement can write a row once only, and which of two entries is meant nobody can tell.
  const first = (...keys: readonly string[]): boolean => {
    const twice = keys.find((key) => taken.has(key));
    for (const key of keys) taken.add(key);
    if (twice !== undefined) problem(twice, 'is in the file twice');
    return twice === undefined;
  };
  const routers = file.routers.flatMap((router) => {
    const where = `router ${router.hostname}`;
    if (!belongs(router.organization, where) || !first(...keysOf(router))) return [];
    const completed = models.complete(router);
    if (typeof completed !== 'string') return [completed];
    problem(where, completed);
    return [];
  });
  const policies = file.policies.flatMap((policy) => {
    const where = `policy ${policy.name}`;
    if (policy.organization !== null && !belongs(policy.organization, where)) return [];
    if (!first(`policy ${policy.name} of ${policy.organization ?? 'all organizations'}`)) return [];
    const modelVendor = policy.model === null ? null : models.vendorOf(policy.vendor, policy.model);
    const fault = faultOfPolicy(policy, modelVendor);
    if (fault !== null) problem(where, fault);
    return fault === null ? [{ ...policy, modelVendor }] : [];
  });
  const images = file.images.filter(({ fileName, vendor, models: names }) => {
    const missing = names.filter((name) => models.vendorOf(vendor, name) === null);
    if (missing.length > 0) problem(`image ${fileName}`, `is for models that are not known: ${missing.join(', ')}`);
    return missing.length === 0 && first(`image ${fileName}`);
  });
  const operators = file.operators
    .filter(({ name }) => first(`operator ${name}`))
    .map((operator) => ({
      ...operator,
      memberships: operator.memberships.filter(
        ({ organization }) =>
          belongs(organization, `operator ${operator.name}`) && first(`operator ${operator.name} in ${organization}`),
      ),
    }));
  const named = [...file.models, ...models.implied, ...images, ...policies, ...routers].flatMap(
    ({ vendor }) => vendor ?? [],
  );
  const sited = [...routers, ...policies].flatMap(({ organization, site }) =>
    organization === null || site === null ? [] : [{ organization, name: site }],
  );
  return {
    organizations: file.organizations.filter(({ slug }) => first(`organization ${slug}`)),
    operators,
    sites: file.sites.filter(
      ({ organization, name }) => belongs(organization, `site ${name}`) && first(`site ${name} of ${organization}`),
    ),
    vendors: file.vendors,
    models: file.models.filter(({ vendor, name }) => first(`model ${name} of ${vendor}`)),
    images,
    policies,
    routers,
    impliedVendors: [...new Set(named)],
    impliedModels: models.implied,
    impliedSites: [...new Map(sited.map((site) => [`${site.organization} ${site.name}`, site])).values()],
    problems,
  };
}

/** What no other router of the file may have. */
function keysOf({ organization, hostname, id }: FleetRouter): readonly string[] {
  return [`router ${hostname} of ${organization}`, `router id ${id ?? hostname} of ${organization}`];
}

function faultOfPolicy(policy: FleetPolicy, modelVendor: string | null): string | null {
  if (policy.site !== null && policy.organization === null) return 'has a site, so it must belong to an organization';
  if (policy.model === null || modelVendor !== null) return null;
  return `is for model ${policy.model}, which is not known, or not of one vendor alone`;
}
