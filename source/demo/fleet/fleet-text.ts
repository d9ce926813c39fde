import type { FleetFile } from '../../model/fleet-file.ts';

/** A fleet file with one entry a line, so that a fault can be named by its line and two files compared. */
export function fleetText(fleet: FleetFile): string {
  const sections = Object.entries(fleet).map(([name, entries]) => {
    const lines = entries.map((entry) => `    ${JSON.stringify(entry)}`).join(',\n');
    return `  ${JSON.stringify(name)}: [\n${lines}\n  ]`;
  });
  return `{\n${sections.join(',\n')}\n}\n`;
}
