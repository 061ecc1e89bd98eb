import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CORPUS_NAMES, type CorpusName } from './corpus.ts';
import { TOOL_NAMES, type ToolName } from './tools/find-tool.ts';

export interface BenchSettings {
  /** 1 is the full size; 0.01 is a quick trial. */
  readonly scale: number;
  readonly rounds: number;
  readonly corpora: readonly CorpusName[];
  /** A folder to measure too, before the generated files. It is copied first and never changed. */
  readonly source: string | undefined;
  readonly tools: readonly ToolName[];
  /** `cold`: the system's file cache is dropped before every step, which needs root. */
  readonly cache: 'warm' | 'cold';
  /** Where corpora and repositories lie while the benchmark runs. */
  readonly workFolder: string;
  readonly reportPath: string;
  /** The command as the report shows it, without places on this machine. */
  readonly command: string;
  readonly cores: number;
}

export const USAGE = `Usage: npm run bench -- [options]

  --scale=<number>     size of the generated files; 1 is what is said below (default 1)
  --corpus=<names>     of these (default small,large):
                       small     170 000 files of 3.3 GB      large     8 files of 4 GB, half incompressible
                       mixed     documents, pictures and films, 20 000 files of 2.5 GB
                       huge      one file of 10 GB            versions  2 000 files in 100 versions
                       10k, 100k, 1m                          so many files of 2 KB, for the growth of time and memory
  --source=<folder>    measures a copy of this folder, and no generated files unless --corpus names some
  --rounds=<number>    at least 3 for a report to be trusted (default 3)
  --tools=<names>      of ${TOOL_NAMES.join(', ')} (default: all that are installed)
  --cache=<warm|cold>  cold drops the system's file cache before every step, as root (default warm)
  --work=<folder>      room for the files and repositories, about the corpus for each tool and round, and three times more (default: the system's temporary folder)
  --report=<file>      (default docs/benchmarks.md)
`;

/** Reads the command line; `undefined` when help was asked for. Throws an `Error` that says what is wrong. */
export function readSettings(argv: readonly string[]): BenchSettings | undefined {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      help: { type: 'boolean', default: false },
      scale: { type: 'string', default: '1' },
      corpus: { type: 'string' },
      source: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      tools: { type: 'string', default: TOOL_NAMES.join(',') },
      cache: { type: 'string', default: 'warm' },
      work: { type: 'string', default: join(tmpdir(), 'ashlar-bench') },
      report: { type: 'string', default: 'docs/benchmarks.md' },
    },
  });
  if (values.help) return undefined;
  return {
    scale: readPositive('scale', values.scale),
    rounds: Math.ceil(readPositive('rounds', values.rounds)),
    corpora: readCorpora(values.corpus, values.source !== undefined),
    source: values.source,
    tools: readNames('tools', values.tools, TOOL_NAMES),
    cache: readNames('cache', values.cache, ['warm', 'cold'] as const)[0] ?? 'warm',
    workFolder: values.work,
    reportPath: values.report,
    command: describeCommand(argv),
    cores: availableParallelism(),
  };
}

function readCorpora(text: string | undefined, hasSource: boolean): CorpusName[] {
  if (text !== undefined) return readNames('corpus', text, CORPUS_NAMES);
  return hasSource ? [] : ['small', 'large'];
}

function readPositive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} takes a number above 0, not '${text}'.`);
  return value;
}

function readNames<T extends string>(name: string, text: string, known: readonly T[]): T[] {
  return text.split(',').map((part) => {
    const found = known.find((candidate) => candidate === part);
    if (found === undefined) throw new Error(`--${name} takes ${known.join(', ')}, not '${part}'.`);
    return found;
  });
}

function describeCommand(argv: readonly string[]): string {
  const shown = argv
    .filter((argument) => !/^--(work|report)\b/.test(argument))
    .map((argument) => argument.replace(/^--source=.*/, '--source=<folder>'));
  return ['npm run bench --', ...shown].join(' ');
}
