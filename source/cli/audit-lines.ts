import { csvCell } from '../model/csv-cell.ts';
import { AUDIT_EXPORT_COLUMNS, type ExportedAuditRow } from '../postgres/audit-export.ts';

export const AUDIT_FORMATS = ['jsonl', 'csv'] as const;

/** How rows are written. */
export interface AuditFormat {
  /** Before all rows; null: nothing. */
  readonly header: string | null;
  readonly row: (row: ExportedAuditRow) => string;
}

/** JSON lines keep every text exactly; CSV is for spreadsheets, and its texts are cleaned. */
export function auditFormat(format: (typeof AUDIT_FORMATS)[number], organization: string): AuditFormat {
  if (format === 'jsonl') return { header: null, row: (row) => jsonLine(organization, row) };
  return {
    header: ['organization', ...AUDIT_EXPORT_COLUMNS].join(','),
    row: (row) => [organization, ...row.values()].map(csvCell).join(','),
  };
}

/** Built from PostgreSQL's own JSON for `before` and `after`: parsed here, large numbers would change. */
function jsonLine(organization: string, row: ExportedAuditRow): string {
  const members = [...row].map(([column, text]) => {
    const value = column === 'before' || column === 'after' ? (text ?? 'null') : JSON.stringify(text);
    return `"${column}":${value}`;
  });
  return escapeUnseen(`{"organization":${JSON.stringify(organization)},${members.join(',')}}`);
}

/** Whatever a terminal would obey or not show stands as `\uXXXX`; outside of strings JSON has none of it. */
function escapeUnseen(json: string): string {
  return json.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
