import { createHash } from 'node:crypto';
import type { FleetFile, FleetRouter } from '../../model/fleet-file.ts';
import { type DemoOrganization, demoOrganizations, type ProductLine, productLines } from './catalogue.ts';
import { demoOperators, demoPolicies } from './people-and-policies.ts';
import { type Random, seededRandom } from './random.ts';

export interface FleetOptions {
  /** From 1 to 1,000,000. */
  readonly routers: number;
  readonly seed: number;
  /** How many organizations share them, from 1 to 3. */
  readonly organizations: number;
}

/** A fleet as a mixed network of that size could look. The same options always give the same fleet. */
export function generateFleet(options: FleetOptions): FleetFile {
  const random = seededRandom(options.seed);
  const organizations = demoOrganizations.slice(0, options.organizations);
  const slugs = organizations.map(({ slug }) => slug);
  return {
    organizations: organizations.map(({ slug, name }) => ({ slug, name })),
    operators: demoOperators(slugs),
    sites: organizations.flatMap(({ slug, sites }) => sites.map((site) => ({ organization: slug, ...site }))),
    vendors: [...new Set(productLines.map(({ vendor }) => vendor))].map((name) => ({ name })),
    models: productLines.flatMap(({ vendor, platform, models }) => models.map((name) => ({ vendor, name, platform }))),
    images: productLines.flatMap((line) => images(line)),
    policies: demoPolicies(
      organizations.map(({ slug, sites: [first] }) => ({ slug, firstSite: first.name, timeZone: first.timeZone })),
    ),
    routers: allocate(organizations, options.routers).flatMap(({ organization, count, from }) =>
      routers(organization, count, from, random),
    ),
  };
}

function allocate(organizations: readonly DemoOrganization[], total: number) {
  const weight = organizations.reduce((sum, organization) => sum + organization.weight, 0);
  let given = 0;
  return organizations.map((organization, index) => {
    const from = given;
    const last = index === organizations.length - 1;
    given += last ? total - given : Math.floor((total * organization.weight) / weight);
    return { organization, count: given - from, from };
  });
}

function routers(organization: DemoOrganization, count: number, from: number, random: Random): FleetRouter[] {
  const numbers = new Map<string, number>();
  return Array.from({ length: count }, (_, index) => {
    const site = random.pick(organization.sites);
    const line = random.pick(productLines);
    const prefix = `${site.name}-${random.pick(line.roles)}`;
    const number = (numbers.get(prefix) ?? 0) + 1;
    numbers.set(prefix, number);
    const running = random.pick(line.running);
    const hostname = `${prefix}-${String(number).padStart(2, '0')}`;
    return {
      organization: organization.slug,
      id: hostname,
      hostname,
      managementAddress: address(from + index),
      managementPort: 22,
      site: site.name,
      vendor: line.vendor,
      model: random.pick(line.models),
      serial: `${line.vendor.slice(0, 2).toUpperCase()}${Math.floor(random.next() * 36 ** 8)
        .toString(36)
        .toUpperCase()
        .padStart(8, '0')}`,
      runningVersion: running,
      targetVersion: target(line, random),
      status: status(random),
    };
  });
}

/** Most have the golden version as their target; some have none yet. */
function target(line: ProductLine, random: Random): string | null {
  return random.next() < 0.12 ? null : line.golden;
}

function status(random: Random): FleetRouter['status'] {
  const dice = random.next();
  if (dice < 0.94) return 'active';
  if (dice < 0.97) return 'maintenance';
  return dice < 0.99 ? 'offline' : 'retired';
}

/** 10.0.0.1 onwards, leaving out network and broadcast addresses of each /24. */
function address(index: number): string {
  const host = (index % 254) + 1;
  const net = Math.floor(index / 254);
  return `10.${Math.floor(net / 256)}.${net % 256}.${host}`;
}

function images(line: ProductLine): FleetFile['images'] {
  const image = (version: string, fileName: string, sizeBytes: number, isGolden: boolean) => ({
    vendor: line.vendor,
    version,
    fileName,
    sizeBytes,
    // Made-up images have made-up contents: the digest of their name stands for the digest of what they hold.
    sha256: createHash('sha256').update(fileName).digest('hex'),
    sha512: createHash('sha512').update(fileName).digest('hex'),
    minimumVersion: line.minimum,
    isGolden,
    models: [...line.models],
  });
  return [
    image(line.golden, line.goldenFile, line.goldenBytes, true),
    image(line.older.version, line.older.file, line.older.bytes, false),
  ];
}
