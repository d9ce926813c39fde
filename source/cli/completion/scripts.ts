import type { Candidate, Place } from './command-table.ts';

export const COMPLETED_SHELLS = ['bash', 'zsh', 'fish'] as const;
export type CompletedShell = (typeof COMPLETED_SHELLS)[number];

/** A script that the shell reads once and that then completes by itself: the program is not run at each key. */
export function completionScript(shell: CompletedShell, places: readonly Place[]): string {
  return { bash, zsh, fish }[shell](places);
}

function bash(places: readonly Place[]): string {
  const list = (candidates: readonly Candidate[]): string => candidates.map(({ word }) => word).join(' ');
  return lines(
    '# netup-tui completion bash > /usr/share/bash-completion/completions/netup-tui',
    '_netup_tui_at() {',
    '  words= flags=',
    '  case "$1" in',
    ...places.map(
      ({ at, words, flags }) => `    ${quote(at)}) words=${quote(list(words))} flags=${quote(list(flags))} ;;`,
    ),
    '    *) return 1 ;;',
    '  esac',
    '}',
    '_netup_tui() {',
    '  local current=${COMP_WORDS[COMP_CWORD]} at= word words flags',
    '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
    '    _netup_tui_at "${at:+$at }$word" || break',
    '    at="${at:+$at }$word"',
    '  done',
    '  _netup_tui_at "$at"',
    '  if [[ $current == -* ]]; then words=$flags; fi',
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '}',
    'complete -o default -F _netup_tui netup-tui',
  );
}

function zsh(places: readonly Place[]): string {
  const described = (candidates: readonly Candidate[]): string =>
    candidates.map(({ word, summary }) => quote(`${word}:${summary}`)).join(' ');
  return lines(
    '#compdef netup-tui',
    '# netup-tui completion zsh > a folder of $fpath, as _netup-tui',
    '_netup_tui_at() {',
    '  next=() flags=()',
    '  case "$1" in',
    ...places.map(
      ({ at, words, flags }) => `    ${quote(at)}) next=(${described(words)}) flags=(${described(flags)}) ;;`,
    ),
    '    *) return 1 ;;',
    '  esac',
    '}',
    '_netup_tui() {',
    '  local -a next flags',
    '  local at= word',
    '  for word in ${words[2,CURRENT-1]}; do',
    '    _netup_tui_at "${at:+$at }$word" || break',
    '    at="${at:+$at }$word"',
    '  done',
    '  _netup_tui_at "$at"',
    '  if [[ ${words[CURRENT]} == -* ]]; then _describe flag flags',
    '  elif (( ${#next} )); then _describe command next',
    '  else _files; fi',
    '}',
    'compdef _netup_tui netup-tui',
  );
}

function fish(places: readonly Place[]): string {
  const rules = places.flatMap(({ at, words, flags }) => {
    const condition = `-n ${quote(`__netup_tui_is ${quote(at)}`)}`;
    const of = (candidates: readonly Candidate[], form: (word: string) => string): readonly string[] =>
      candidates.map(({ word, summary }) => `complete -c netup-tui ${condition} ${form(word)} -d ${quote(summary)}`);
    return [...of(words, (word) => `-f -a ${quote(word)}`), ...of(flags, (word) => `-l ${quote(word.slice(2))}`)];
  });
  return lines(
    '# netup-tui completion fish > ~/.config/fish/completions/netup-tui.fish',
    `set -g __netup_tui_places ${places.map(({ at }) => quote(at)).join(' ')}`,
    'function __netup_tui_is',
    "    set -l at ''",
    '    for word in (commandline -opc)[2..]',
    '        set -l longer (string trim -- "$at $word")',
    '        contains -- $longer $__netup_tui_places; or break',
    '        set at $longer',
    '    end',
    '    test "$at" = "$argv[1]"',
    'end',
    ...rules,
  );
}

/** For all three shells: what stands in single quotes is taken as it is, but for the quote. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
