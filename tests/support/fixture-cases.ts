import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixturesFolder } from './fixtures.ts';

/** A backup made by Duplicati, as its folder describes it. */
export interface FixtureCase {
  readonly name: string;
  readonly note: string;
  readonly destination: string;
  readonly prefix: string;
  readonly passphrase: string | null;
  readonly options: readonly string[];
  /** The folder that was backed up. */
  readonly source: string;
  readonly versions: number;
}

/** One line of a `version-N.jsonl`: an entry of the source as it was. */
export interface SourceEntry {
  readonly kind: 'f' | 'd' | 'l';
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  /** 100 ns since 1970. */
  readonly mtimeTicks: number;
  readonly sizeBytes: number;
  /** SHA-256 of the content in hexadecimal, or the target of the link. */
  readonly hash: string;
  /** Relative to the source folder, which is `.`. */
  readonly path: string;
}

/** All backups among the fixtures; none where they are absent. */
export function fixtureCases(): FixtureCase[] {
  if (!existsSync(fixturesFolder)) return [];
  return readdirSync(fixturesFolder)
    .filter((name) => existsSync(join(fixturesFolder, name, 'case.json')))
    .map(readCase);
}

/** One of them, or `undefined` where the fixtures are absent. */
export function fixtureCase(name: string): FixtureCase | undefined {
  return existsSync(join(fixturesFolder, name, 'case.json')) ? readCase(name) : undefined;
}

/** The entries of version `number`, 0 the newest. */
export function sourceEntries(fixture: FixtureCase, number: number): SourceEntry[] {
  const lines = readFileSync(join(fixturesFolder, fixture.name, `version-${number}.jsonl`), 'utf8');
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [kind, mode, uid, gid, mtimeTicks, sizeBytes, hash, path] = JSON.parse(line);
      return { kind, mode, uid, gid, mtimeTicks, sizeBytes, hash, path };
    });
}

function readCase(name: string): FixtureCase {
  const folder = join(fixturesFolder, name);
  const { note, passphrase, options, source, versions } = JSON.parse(
    readFileSync(join(folder, 'case.json'), 'utf8'),
  );
  const prefix = (options as string[]).find((option) => option.startsWith('--prefix='));
  return {
    name,
    note,
    destination: join(folder, 'destination'),
    prefix: prefix?.slice('--prefix='.length) ?? 'duplicati',
    passphrase,
    options,
    source,
    versions,
  };
}
