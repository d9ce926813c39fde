import type { Router } from '../../../model/router.ts';
import type { Column } from '../../components/columns.ts';

/** A router of the policy. Only its id is known before it has been in sight: undefined; null: it is gone. */
export interface PolicyRouterRow {
  readonly id: string;
  readonly router: Router | null | undefined;
}

export const policyRouterColumns: readonly Column<PolicyRouterRow>[] = [
  {
    id: 'hostname',
    title: 'HOSTNAME',
    width: 18,
    grow: 2,
    maxWidth: 36,
    priority: 0,
    cell: ({ id, router }) => router?.hostname ?? id,
  },
  fact('SITE', 5, 1, ({ site }) => site),
  fact('VENDOR', 8, 4, ({ vendor }) => vendor),
  fact('MODEL', 13, 2, ({ model }) => model),
  fact('RUNNING', 12, 1, ({ runningVersion }) => runningVersion),
  fact('TARGET', 12, 3, ({ targetVersion }) => targetVersion),
  fact('STATUS', 11, 0, ({ status }) => status),
];

/** `…` where it is not read yet, `–` where there is nothing. */
function fact(
  title: string,
  width: number,
  priority: number,
  value: (router: Router) => string | null,
): Column<PolicyRouterRow> {
  return {
    id: title.toLowerCase(),
    title,
    width,
    grow: 1,
    maxWidth: Math.round(width * 1.6),
    priority,
    cell: ({ router }) => (router === undefined ? '…' : ((router === null ? null : value(router)) ?? '–')),
  };
}
