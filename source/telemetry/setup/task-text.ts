/** When a task runs: every so often, or by a cron schedule in UTC; `offset` later than that. */
export interface TaskSchedule {
  readonly name: string;
  readonly every?: string | undefined;
  readonly cron?: string | undefined;
  readonly offset?: string | undefined;
}

const IMPORT = /^import ".*"\n/gmu;

/** Puts name and schedule into the text of a file, after its imports, which Flux wants first. */
export function taskText({ name, every, cron, offset }: TaskSchedule, text: string): string {
  const parts = [
    `name: ${JSON.stringify(name)}`,
    ...(every === undefined ? [] : [`every: ${every}`]),
    ...(cron === undefined ? [] : [`cron: ${JSON.stringify(cron)}`]),
    ...(offset === undefined ? [] : [`offset: ${offset}`]),
  ];
  const end = [...text.matchAll(IMPORT)].reduce((_, found) => found.index + found[0].length, 0);
  const gap = end === 0 ? '' : '\n';
  return `${text.slice(0, end)}${gap}option task = {${parts.join(', ')}}\n${text.slice(end)}`;
}
