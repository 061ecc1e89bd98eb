/**
 * What Duplicati stores under a filter list, Ashlar stores too: 130 recorded runs over one tree, walked here
 * in memory.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { FILE_ATTRIBUTES } from '../../src/base/index.ts';
import {
  type CandidateEntry,
  compileFilter,
  createEmptyFolderFilter,
  createEntryDecider,
  type FilterRule,
} from '../../src/filters/index.ts';
import { type OptionTexts, resolveProgramOptions } from '../../src/options/index.ts';
import { comparablePaths, type RecordedTree, readFilterRecordings } from '../support/filter-recordings.ts';

/** A node of the tree in memory: a size, a link target, or the children. */
type Node = { size: number } | { link: string } | { children: Map<string, Node> };

test('createEntryDecider() and compileFilter() store what Duplicati stores', async (t) => {
  const recorded = readFilterRecordings();
  if (recorded === undefined) return t.skip('NO FIXTURES: filters.jsonl is missing, nothing was compared');
  const { tree, recordings } = recorded;
  const root = buildTree(tree);
  for (const { args, stored } of recordings) {
    await t.test(args.join(' '), () => {
      if (stored === null) assert.throws(() => walk(tree, root, args), { name: 'FilterError' });
      else assert.deepEqual(comparablePaths(args, walk(tree, root, args)), comparablePaths(args, stored));
    });
  }
});

function walk(tree: RecordedTree, root: Node, args: readonly string[]): readonly string[] {
  const options = new Map<string, string>();
  const rules: FilterRule[] = [];
  for (const argument of args) {
    const [, name = '', value = ''] = /^--([^=]+)=(.*)$/.exec(argument) ?? [];
    if (name === 'include' || name === 'exclude') rules.push({ kind: name, expression: value });
    else options.set(name, value);
  }
  const settings = resolveProgramOptions({ commandLine: options satisfies OptionTexts });
  const decide = createEntryDecider({
    filter: compileFilter(rules, {
      places: { platform: 'linux', temporaryFolder: '/tmp' },
      isCaseSensitive: true,
      variables: tree.environment,
    }),
    excludedAttributes: settings.get('exclude-files-attributes') ?? [],
    ignoreFilenames: settings.get('ignore-filenames'),
    largestFileBytes: settings.get('skip-files-larger-than') ?? Number.POSITIVE_INFINITY,
    symlinkPolicy: settings.get('symlink-policy'),
  });
  const emptyFolders = createEmptyFolderFilter<CandidateEntry>();
  const stored: string[] = [];
  const visit = (path: string, node: Node, isRoot: boolean): void => {
    const follows = settings.get('symlink-policy') === 'Follow';
    const target = 'link' in node ? resolve(root, node.link) : node;
    if (follows && target === undefined) return;
    const entry = describe(path, follows ? (target ?? node) : node, target, isRoot);
    const decision = decide(entry);
    if (decision.action === 'include') {
      const staying = settings.get('exclude-empty-folders') ? emptyFolders.push(entry) : [entry];
      stored.push(...staying.map((one) => one.path));
    }
    if (decision.action === 'exclude' || entry.kind !== 'folder') return;
    if (target === undefined || !('children' in target)) return;
    for (const [name, child] of [...target.children].sort(([a], [b]) => (a < b ? -1 : 1)))
      visit(`${entry.path}${name}`, child, false);
  };
  visit(tree.root, root, true);
  return stored.map((path) => (path === `${tree.root}/` ? './' : path.slice(tree.root.length + 1)));
}

function describe(path: string, node: Node, target: Node | undefined, isRoot: boolean): CandidateEntry {
  const children = target !== undefined && 'children' in target ? target.children : undefined;
  const name = path.slice(path.lastIndexOf('/') + 1);
  return {
    path: children === undefined ? path : `${path}/`,
    kind: 'link' in node ? 'symlink' : 'children' in node ? 'folder' : 'file',
    isRoot,
    sizeBytes: 'size' in node ? node.size : 0,
    attributes: name.startsWith('.') ? FILE_ATTRIBUTES.Hidden : FILE_ATTRIBUTES.Normal,
    ...(children === undefined ? {} : { holdsFile: (wanted: string) => children.has(wanted) }),
  };
}

function buildTree(tree: RecordedTree): Node {
  const root: Node = { children: new Map() };
  for (const [path, size] of Object.entries(tree.files)) place(root, path, { size });
  for (const path of tree.folders) place(root, path, { children: new Map() });
  for (const [path, link] of Object.entries(tree.links)) place(root, path, { link });
  return root;
}

function place(root: Node, path: string, node: Node): void {
  const names = path.split('/');
  const last = names.pop() ?? '';
  let folder = root;
  for (const name of names) {
    if (!('children' in folder)) throw new Error(`${path} lies in a file`);
    const child: Node = folder.children.get(name) ?? { children: new Map() };
    folder.children.set(name, child);
    folder = child;
  }
  if ('children' in folder) folder.children.set(last, node);
}

function resolve(root: Node, link: string): Node | undefined {
  return 'children' in root ? root.children.get(link) : undefined;
}
