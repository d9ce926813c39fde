import { isIP } from 'node:net';
import { z } from 'zod';
import { PLATFORMS } from './platform.ts';
import { ROLES } from './role.ts';
import { ROUTER_STATUSES } from './router.ts';
import { isTimeZone } from './time-zone.ts';

const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/u, 'must have only lower-case letters, digits and hyphens');
const siteName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/u, 'must have only lower-case letters, digits and hyphens, at most 32');
const groupName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/u,
    'must have only letters, digits, dots, dashes and underscores, at most 63',
  );
// Names end up on terminals: what could move a cursor or reorder a line is refused at the door.
const text = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(128, 'is longer than 128 characters')
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, 'has control characters');
const versionText = text.max(64, 'is longer than 64 characters');
const hostname = z
  .string()
  .max(253, 'is longer than 253 characters')
  .regex(/^[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?$/u, 'is no host name');
const address = z.string().refine((value) => isIP(value) !== 0, 'is no IPv4 or IPv6 address');
const timeZone = z.string().refine(isTimeZone, 'is no IANA time zone, such as Europe/Amsterdam');
const percent = z.number().min(0).max(100);

/** One router of a fleet file. */
export const fleetRouterSchema = z.strictObject({
  organization: slug,
  /** Stays the same when the host name changes; the host name if left out. */
  id: text.optional(),
  hostname,
  managementAddress: address,
  /** Left out: keep what is there; 22 for a new router. */
  managementPort: z.number().int().min(1).max(65_535).optional(),
  /** Where its SNMP agent listens. Left out: keep what is there; 161 for a new router. */
  snmpPort: z.number().int().min(1).max(65_535).optional(),
  // Null in these keeps what is there, as `unknown` does in the running version: a file that lacks them knows no better.
  site: siteName.nullable().default(null),
  vendor: text.nullable().default(null),
  model: text.nullable().default(null),
  serial: text.nullable().default(null),
  runningVersion: versionText,
  /** Left out: keep what is there. Null: no target. */
  targetVersion: versionText.nullable().optional(),
  /** Left out: keep what is there; `active` for a new router. */
  status: z.enum(ROUTER_STATUSES).optional(),
  /** Routers that stand in for each other, which are never upgraded at the same time. Left out: keep what is there. Null: none. */
  redundancyGroup: groupName.nullable().optional(),
});

const windowSchema = z.strictObject({
  weekday: z.number().int().min(1).max(7),
  start: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/u, 'is no time of day, such as 01:00'),
  minutes: z.number().int().min(15).max(1440),
  timeZone,
});

export const fleetOrganizationSchema = z.strictObject({ slug, name: text });

export const fleetOperatorSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/u, 'is no login name'),
  displayName: text,
  memberships: z.array(z.strictObject({ organization: slug, role: z.enum(ROLES) })),
});

export const fleetSiteSchema = z.strictObject({
  organization: slug,
  name: siteName,
  city: z.string().max(128).default(''),
  timeZone: timeZone.default('UTC'),
});

export const fleetVendorSchema = z.strictObject({ name: text });

export const fleetModelSchema = z.strictObject({ vendor: text, name: text, platform: z.enum(PLATFORMS) });

export const fleetImageSchema = z.strictObject({
  vendor: text,
  version: versionText,
  fileName: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+-]*$/u, 'is no plain file name'),
  sizeBytes: z.number().int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/u, 'is no SHA-256 in lower-case hexadecimal'),
  /** IOS-XE and EOS compute no other digest that is worth comparing. */
  sha512: z
    .string()
    .regex(/^[0-9a-f]{128}$/u, 'is no SHA-512 in lower-case hexadecimal')
    .nullable()
    .default(null),
  minimumVersion: versionText.nullable().default(null),
  isGolden: z.boolean().default(false),
  /** Names of the models that it runs on. */
  models: z.array(text).min(1),
});

export const fleetPolicySchema = z.strictObject({
  /** Null: a rule for every organization. */
  organization: slug.nullable().default(null),
  name: text,
  vendor: text.nullable().default(null),
  model: text.nullable().default(null),
  site: siteName.nullable().default(null),
  priority: z.number().int().default(0),
  maxCpuPercent: percent,
  minFreeMemPercent: percent,
  maxCriticalErrors: z.number().int().min(0).default(0),
  maxDataAgeSeconds: z.number().int().positive().default(300),
  window: windowSchema.nullable().default(null),
  /** Upgrades may be approved without a person, where the organization lets the agent do so. */
  autoApprove: z.boolean().default(false),
});

/** A fleet file in JSON: every section may be left out. `docs/fleet-files.md` describes it for users. */
export const fleetFileSchema = z.strictObject({
  organizations: z.array(fleetOrganizationSchema).default([]),
  operators: z.array(fleetOperatorSchema).default([]),
  sites: z.array(fleetSiteSchema).default([]),
  vendors: z.array(fleetVendorSchema).default([]),
  models: z.array(fleetModelSchema).default([]),
  images: z.array(fleetImageSchema).default([]),
  policies: z.array(fleetPolicySchema).default([]),
  routers: z.array(fleetRouterSchema).default([]),
});

export type FleetRouter = z.output<typeof fleetRouterSchema>;
export type FleetFile = z.output<typeof fleetFileSchema>;
