const LABELS: Readonly<Record<string, string>> = {
  enter: '↵',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  pgup: 'PgUp',
  pgdn: 'PgDn',
  home: 'Home',
  end: 'End',
  delete: 'Del',
  'shift+tab': '⇧tab',
};

/** A key as the footer and the help write it: `↵`, `^L`, `G`, `space`. */
export function keyLabel(name: string): string {
  const control = /^ctrl\+(.)$/u.exec(name)?.[1];
  return control === undefined ? (LABELS[name] ?? name) : `^${control.toUpperCase()}`;
}
