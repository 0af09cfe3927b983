import type { Place, Word } from './completion.ts';

/** For bash 3.2 and later. */
export function bashScript(places: readonly Place[], valued: readonly string[]): string {
  const branches = places.map(({ path, words, options, files }) => {
    const list = (all: readonly Word[]): string => quoted(all.map(({ word }) => word).join(' '));
    return `    ${quoted(path)}) subs=${list(words)}; opts=${list(options)}; files=${files ? 1 : 0} ;;`;
  });
  return `# Completions of headwater for bash. In ~/.bashrc:
#   source <(headwater completion bash)
_headwater() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="" at="" subs="" opts="" files=0 i
  [[ $COMP_CWORD -gt 0 ]] && prev="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  case "$prev" in
    ${valued.join('|')}) return ;;
  esac
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at \${COMP_WORDS[i]}" in
      ${pathsOf(places)}) at="$at \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$at" in
${branches.join('\n')}
  esac
  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$opts" -- "$cur"))
  elif [[ $files == 0 || -n $cur ]]; then
    COMPREPLY=($(compgen -W "$subs" -- "$cur"))
  fi
  [[ $files == 0 || $cur == -* ]] && compopt +o default 2>/dev/null
  return 0
}
complete -o default -F _headwater headwater`;
}

/** For zsh 5. */
export function zshScript(places: readonly Place[], valued: readonly string[]): string {
  const branches = places.map(({ path, words, options, files }) =>
    [
      `    (${quoted(path)})`,
      `      subs=(${words.map(described).join(' ')})`,
      `      opts=(${options.map(described).join(' ')})`,
      `      files=${files ? 1 : 0}`,
      '      ;;',
    ].join('\n'),
  );
  return `#compdef headwater
# Completions of headwater for zsh. As a file _headwater in a folder of $fpath, or in ~/.zshrc after compinit:
#   source <(headwater completion zsh)
_headwater() {
  local at="" files=0 i
  local -a subs opts
  case "\${words[CURRENT-1]}" in
    (${valued.join('|')}) _files; return ;;
  esac
  for ((i = 2; i < CURRENT; i++)); do
    case "$at \${words[i]}" in
      (${pathsOf(places)}) at="$at \${words[i]}" ;;
    esac
  done
  case "$at" in
${branches.join('\n')}
  esac
  if [[ "$PREFIX" == -* ]]; then
    _describe -o option opts
  else
    (( \${#subs} )) && _describe command subs
    (( files )) && _files
  fi
}
if [[ "\${funcstack[1]}" == _headwater ]]; then
  _headwater "$@"
else
  compdef _headwater headwater
fi`;
}

function pathsOf(places: readonly Place[]): string {
  const paths = places.filter(({ path }) => path !== '');
  return paths.map(({ path }) => quoted(path)).join('|');
}

/** As `_describe` takes it: a colon ends the word. */
function described({ word, summary }: Word): string {
  const escaped = word.replaceAll(':', '\\:');
  return quoted(summary === '' ? escaped : `${escaped}:${summary}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
