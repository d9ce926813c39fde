/** One line of a device's configuration. */
export interface ConfigurationLine {
  /** As printed, without blanks around it. */
  readonly text: string;
  /** The lines that it stands under, outermost first. */
  readonly sections: readonly string[];
  /** Its place in what was printed, from 0. */
  readonly index: number;
}

/** Comments, brackets, and what says how or when the configuration was printed, or by which version; of IOS-XE, Junos and EOS. */
const NOISE: readonly RegExp[] = [
  /^$/u,
  /^[!#]/u,
  /^(?:Building configuration|Current configuration\s*:|Using \d+ out of)/u,
  /^[{}]$/u,
  /^(?:end|exit|quit|exit-\S+)$/u,
  /^ntp clock-period /u,
];
/** At the left edge only: further in, the same words are configuration. What boots is looked at elsewhere. */
const OUTERMOST_NOISE = /^(?:version |boot system )/u;
/** Certificates that a device makes for itself, and may make anew. */
const GENERATED =
  /^(?:crypto pki (?:certificate (?:chain|pool)|trustpoint TP-self-signed-)|crypto ca certificate chain)/u;

/** The lines of a configuration as a device prints it, with the sections that they stand in, known by the indentation. What is only noise is left out. */
export function configurationLines(configuration: string): readonly ConfigurationLine[] {
  const lines: ConfigurationLine[] = [];
  const open: { readonly indent: number; readonly text: string }[] = [];
  for (const [index, printed] of configuration.split('\n').entries()) {
    // Junos says behind a line that it holds a secret.
    const text = printed.replace(/\s*## SECRET-DATA\s*$/u, '').trim();
    if (NOISE.some((noise) => noise.test(text))) continue;
    const indent = printed.length - printed.trimStart().length;
    while ((open.at(-1)?.indent ?? -1) >= indent) open.pop();
    const sections = open.map((section) => section.text);
    open.push({ indent, text });
    if (GENERATED.test(sections[0] ?? text) || (sections.length === 0 && OUTERMOST_NOISE.test(text))) continue;
    lines.push({ text, sections, index });
  }
  return lines;
}
