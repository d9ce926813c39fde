import type { ImageOverview } from '../../../postgres/image-overview.ts';
import type { Cell, Column } from '../../components/columns.ts';
import { formatBytes, formatCount } from '../../format/numbers.ts';
import type { Part } from '../../text/parts.ts';

/** `here`: of the right size, and not read. `right`: read, and as on record. `unknown`: this console knows no folder of images. */
export type FileState = 'unknown' | 'here' | 'right' | 'altered' | 'missing';

export interface ImageRow extends ImageOverview {
  readonly file: FileState;
  /** When the file was written last, milliseconds since the epoch: what was read of it holds until then. */
  readonly changedAt: number;
}

export const imageColumns: readonly Column<ImageRow>[] = [
  { id: 'vendor', title: 'VENDOR', width: 8, grow: 1, maxWidth: 14, priority: 2, cell: ({ vendor }) => vendor },
  { id: 'version', title: 'VERSION', width: 11, grow: 1, maxWidth: 20, priority: 0, cell: ({ version }) => version },
  { id: 'file', title: 'IMAGE', width: 20, grow: 4, maxWidth: 56, priority: 0, cell: ({ fileName }) => fileName },
  { id: 'size', title: 'SIZE', width: 8, align: 'right', priority: 4, cell: ({ sizeBytes }) => formatBytes(sizeBytes) },
  { id: 'golden', title: 'GOLDEN', width: 12, grow: 1, maxWidth: 24, priority: 0, cell: goldenCell },
  { id: 'state', title: 'FILE', width: 10, priority: 1, cell: ({ file }) => [FILE_WORDS[file]] },
  {
    id: 'minimum',
    title: 'FROM',
    width: 10,
    grow: 1,
    maxWidth: 16,
    priority: 6,
    cell: ({ minimumVersion }) => minimumVersion ?? 'any',
  },
  {
    id: 'models',
    title: 'MODELS',
    width: 12,
    grow: 2,
    maxWidth: 40,
    priority: 5,
    cell: ({ models }) => models.join(' '),
  },
  { id: 'released', title: 'RELEASED', width: 10, priority: 7, cell: ({ releasedOn }) => releasedOn ?? '–' },
  { id: 'running', title: 'RUN', width: 6, align: 'right', priority: 0, cell: ({ running }) => counted(running) },
  { id: 'targeted', title: 'TARGET', width: 6, align: 'right', priority: 0, cell: ({ targeted }) => counted(targeted) },
  {
    id: 'sha256',
    title: 'SHA-256',
    width: 16,
    grow: 1,
    maxWidth: 64,
    priority: 9,
    extra: true,
    cell: ({ sha256 }) => sha256,
  },
];

/** What is said of a file. */
export const FILE_WORDS: Readonly<Record<FileState, Exclude<Part, string>>> = {
  unknown: { tone: 'muted', text: '–' },
  here: { tone: 'text', text: 'here' },
  right: { tone: 'good', text: '✔ verified' },
  altered: { tone: 'bad', text: '✖ ALTERED' },
  missing: { tone: 'bad', text: '✖ MISSING' },
};

function counted(count: number): Cell {
  return count === 0 ? [{ tone: 'muted', text: '0' }] : formatCount(count);
}

/** `shared`: for all organizations; `own`: in this one, for some models or all; else the sites of this one. */
function goldenCell({ isGolden, golden }: ImageRow): Cell {
  const sites = new Set(golden.map(({ site }) => site));
  const own = golden.length === 0 ? [] : [sites.has(null) ? 'own' : [...sites].join(' ')];
  const words = [...own, ...(isGolden ? ['shared'] : [])];
  return words.length === 0 ? [{ tone: 'muted', text: '–' }] : [{ tone: 'accent', text: `★ ${words.join('+')}` }];
}
