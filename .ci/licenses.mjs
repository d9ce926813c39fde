import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/**
 * A rolldown plugin that writes the licences of every package in the bundle beside it, as those licences ask.
 * @param {string} root folder of the repository
 */
export function licenses(root) {
  return {
    name: 'licenses',
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((part) => (part.type === 'chunk' ? Object.keys(part.modules) : []));
      const folders = new Set(modules.map((id) => packageFolder(id)).filter((folder) => folder !== null));
      const texts = [...folders].toSorted().map((folder) => licenseOf(path.join(root, folder)));
      this.emitFile({ type: 'asset', fileName: 'LICENSES.txt', source: texts.join(`\n${'-'.repeat(80)}\n\n`) });
    },
  };
}

function packageFolder(id) {
  return /node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?!.*node_modules)/.exec(id)?.[0] ?? null;
}

function licenseOf(folder) {
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const file = existsSync(folder) ? readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry)) : undefined;
  const text = file === undefined ? '' : readFileSync(path.join(folder, file), 'utf8').trim();
  return `${manifest.name} ${manifest.version} (${licenseName(manifest) ?? 'see text'})\n\n${text}\n`;
}

/**
 * The SPDX name of a package's licence, also in the older form (`licenses`); undefined if it says none.
 * @param {{ license?: string, licenses?: readonly { type: string }[] }} manifest its package.json
 */
export function licenseName(manifest) {
  return manifest.license ?? manifest.licenses?.[0]?.type;
}
