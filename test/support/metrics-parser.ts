/** What a scraper reads: values by metric and labels, `name{a="b"}`, and the type of each metric. */
export interface ParsedMetrics {
  readonly values: ReadonlyMap<string, number>;
  readonly types: ReadonlyMap<string, string>;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/u;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(,|$)/u;
const VALUE = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|NaN|[+-]Inf)$/u;

/**
 * Reads the Prometheus text format 0.0.4 as strictly as its description allows (prometheus.io/docs/instrumenting/exposition_formats): HELP and TYPE
 * once each and before the values, values of a metric together, no value twice, a line feed at the end. Throws with the line that is wrong.
 */
export function parseMetrics(text: string): ParsedMetrics {
  if (!text.endsWith('\n')) throw new Error('the last line does not end with a line feed');
  const values = new Map<string, number>();
  const types = new Map<string, string>();
  const helped = new Set<string>();
  const closed = new Set<string>();
  let current = '';
  const enter = (name: string, line: string): void => {
    if (name === current) return;
    if (closed.has(name)) throw new Error(`${name} comes in two places: ${line}`);
    closed.add(current);
    current = name;
  };
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) (\S+) (.+)$/u.exec(line);
    if (comment !== null) {
      const [, kind = '', name = '', rest = ''] = comment;
      if (NAME.exec(name)?.[0] !== name) throw new Error(`no name: ${line}`);
      enter(name, line);
      if (kind === 'HELP') {
        if (helped.has(name) || /\\(?![\\n])/u.test(rest.replaceAll('\\\\', ''))) throw new Error(`bad HELP: ${line}`);
        helped.add(name);
      } else {
        if (types.has(name) || !/^(?:counter|gauge|untyped)$/u.test(rest)) throw new Error(`bad TYPE: ${line}`);
        types.set(name, rest);
      }
      continue;
    }
    const name = NAME.exec(line)?.[0];
    if (name === undefined) throw new Error(`no metric: ${line}`);
    enter(name, line);
    if (!types.has(name) || !helped.has(name)) throw new Error(`a value before its HELP and TYPE: ${line}`);
    const [, labels = '', value = ''] = /^(\{.*\})? (\S+)$/u.exec(line.slice(name.length)) ?? [];
    if (!VALUE.test(value)) throw new Error(`no value: ${line}`);
    checkLabels(labels.slice(1, -1), line);
    if (values.has(name + labels)) throw new Error(`twice: ${line}`);
    values.set(name + labels, Number(value.replace('Inf', 'Infinity')));
    if (types.get(name) === 'counter' && !(name.endsWith('_total') && Number(value) >= 0)) {
      throw new Error(`no counter: ${line}`);
    }
  }
  return { values, types };
}

function checkLabels(text: string, line: string): void {
  const seen = new Set<string>();
  for (let rest = text; rest !== '';) {
    const [whole = '', label = ''] = LABEL.exec(rest) ?? [];
    if (whole === '' || seen.has(label)) throw new Error(`bad labels: ${line}`);
    seen.add(label);
    rest = rest.slice(whole.length);
  }
}
