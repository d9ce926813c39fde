import { z } from 'zod';
import { listUpgradeChecks } from '../../postgres/upgrade-checks.ts';
import { getUpgrade as readUpgrade } from '../../postgres/upgrades.ts';
import { upgradeIdInput } from '../inputs.ts';
import { Refusal } from '../refusal.ts';
import { defineTool } from '../tool.ts';
import { NOTICE, notice } from '../untrusted.ts';
import type { PostgresContext } from './context.ts';
import { toUpgradeFields, upgradeFields } from './upgrade-fields.ts';

export const getUpgrade = defineTool({
  name: 'get_upgrade',
  title: 'One upgrade',
  description: 'An upgrade with the gates it was judged by, its steps, and what was checked before and after.',
  input: z.strictObject({ upgrade_id: upgradeIdInput }),
  output: z.object({ upgrade: upgradeFields, notice }),
  async run({ scope }: PostgresContext, { upgrade_id }) {
    const upgrade = await readUpgrade(scope, upgrade_id);
    if (upgrade === null) throw new Refusal('There is no upgrade with this number: see open_upgrade of get_router.');
    return { upgrade: toUpgradeFields(upgrade, await listUpgradeChecks(scope, upgrade.id)), notice: NOTICE };
  },
});
