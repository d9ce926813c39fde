import { writeFile } from 'node:fs/promises';
import { UserError } from '../config/user-error.ts';
import { demoOrganizations } from '../demo/fleet/catalogue.ts';
import { generateFleet } from '../demo/fleet/generate-fleet.ts';
import { fleetText } from '../demo/fleet/fleet-text.ts';
import { readCommandLine } from './command-line.ts';
import { print, type Run } from './shell.ts';

const MOST_ROUTERS = 1_000_000;

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'fleet generate',
    purpose:
      'Writes a made-up fleet for load tests, as JSON that `fleet load` reads. The same numbers give the same fleet.',
    flags: {
      routers: { type: 'number', placeholder: 'N', help: 'how many routers; needed' },
      seed: { type: 'number', placeholder: 'S', default: 1, help: 'another number, another fleet (default 1)' },
      organizations: {
        type: 'number',
        placeholder: 'N',
        default: 3,
        help: 'how many organizations share them, 1 to 3',
      },
      out: { type: 'string', placeholder: 'FILE', help: 'where to write it; standard output if left out' },
    },
    examples: ['fleet generate --routers 100000 --seed 7 --out fleet.json'],
  });
  const routers = whole('--routers', flags.routers, 1, MOST_ROUTERS);
  const seed = whole('--seed', flags.seed, 0, 0xff_ff_ff_ff);
  const organizations = whole('--organizations', flags.organizations, 1, demoOrganizations.length);
  const text = fleetText(generateFleet({ routers, seed, organizations }));
  if (flags.out === undefined) shell.stdout.write(text);
  else {
    await writeFile(flags.out, text).catch((error: unknown) => {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
      throw new UserError(`${flags.out} cannot be written (${code}); name a file in a folder of yours.`, {
        cause: error,
      });
    });
    print(shell.stderr, `${routers} routers written to ${flags.out}.`);
  }
  return 0;
};

function whole(flag: string, value: number | undefined, least: number, most: number): number {
  if (value !== undefined && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UserError(
    `netup-tui fleet generate: ${flag} must be a whole number from ${least} to ${most}, for example ${flag} ${Math.min(most, 300)}.`,
    { exitCode: 2 },
  );
}
