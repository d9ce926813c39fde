import type { ChainState } from '../../../postgres/audit-tail.ts';
import { ago } from '../../format/age.ts';
import { formatCount, plural } from '../../format/numbers.ts';
import type { Part } from '../../text/parts.ts';

/** How the chain stands, as far as the database can say at once. */
export function chainParts(chain: ChainState | null, now: number): readonly Part[] {
  if (chain === null) return [];
  const { head, checkpoint, holds } = chain;
  if (!holds && checkpoint !== null) {
    return [
      {
        tone: 'bad',
        text: `✖ The chain is not what checkpoint ${checkpoint.seq} signed: run \`netup-tui audit verify\`.`,
      },
    ];
  }
  if (head === null) return [{ tone: 'muted', text: 'Nothing was audited yet.' }];
  const rows = `${plural(Number(head.seq), 'row')}, the last ${ago(now - head.at.getTime())}`;
  if (checkpoint === null) return [rows, { tone: 'warn', text: '  ? no signed checkpoint yet: a worker makes them' }];
  const since = Number(head.seq) - Number(checkpoint.seq);
  const more = since === 0 ? '' : `, ${formatCount(since)} since`;
  return [
    rows,
    {
      tone: 'good',
      text: `  ✔ signed up to ${formatCount(Number(checkpoint.seq))} ${ago(now - checkpoint.madeAt.getTime())}${more}`,
    },
  ];
}
