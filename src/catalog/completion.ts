import { commandDescriptors } from './commands.ts';
import { allOptions } from './options.ts';

/** The shells that a completion can be printed for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** A script for a shell that completes commands, options and the choices of options, and leaves paths to the shell. */
export function renderCompletion(shell: Shell): string {
  switch (shell) {
    case 'bash':
      return bashScript();
    case 'zsh':
      return `autoload -U +X bashcompinit && bashcompinit\n${bashScript()}`;
    case 'fish':
      return fishScript();
    default:
      return shell satisfies never;
  }
}

const commands = commandDescriptors.map(({ name }) => name);
const usable = allOptions.filter(({ support }) => support !== 'refused' && support !== 'no-effect');

function bashScript(): string {
  const options = usable.map(({ name, type }) => `--${name}${type === 'flag' ? '' : '='}`);
  const choices = usable
    .filter((option) => option.choices !== undefined)
    .map((option) => `    --${option.name}) words='${option.choices?.join(' ')}' ;;`);
  return `_ashlar() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words=''
  [ "$current" = '=' ] && current=''
  [ "$previous" = '=' ] && previous="\${COMP_WORDS[COMP_CWORD-2]}"
  case "$previous" in
${choices.join('\n')}
  esac
  if [ -n "$words" ]; then COMPREPLY=($(compgen -W "$words" -- "$current")); return; fi
  case "$current" in
    -*) COMPREPLY=($(compgen -W '${options.join(' ')}' -- "$current"))
      [[ "\${COMPREPLY[0]}" == *= ]] && compopt -o nospace ;;
    *) [ "$COMP_CWORD" -eq 1 ] && COMPREPLY=($(compgen -W '${commands.join(' ')}' -- "$current")) ;;
  esac
}
complete -o default -F _ashlar ashlar
`;
}

function fishScript(): string {
  const quote = (text: string): string => `'${text.replaceAll("'", '')}'`;
  return [
    ...commandDescriptors.map(
      ({ name, summary }) => `complete -c ashlar -n __fish_use_subcommand -a ${name} -d ${quote(summary)}`,
    ),
    ...usable.map((option) => {
      const choices = option.choices === undefined ? '' : ` -x -a ${quote(option.choices.join(' '))}`;
      const value = option.type === 'flag' || choices !== '' ? '' : ' -r';
      return `complete -c ashlar -l ${option.name}${value}${choices} -d ${quote(option.summary)}`;
    }),
    '',
  ].join('\n');
}
