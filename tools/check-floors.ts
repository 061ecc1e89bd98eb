/**
 * Checks the import rules of src/README.md: imports go down only, a room is entered by its door, effects
 * start at floor 3, the process, its environment and the console belong to the entrances, the clock and SQL
 * have one home each, and there are no cycles.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import process from 'node:process';

interface Floors {
  readonly floors: readonly { readonly name: string; readonly rooms: readonly string[] }[];
  readonly subrooms: Readonly<
    Record<string, { readonly door: string; readonly builtins: readonly string[] }>
  >;
  readonly effectBuiltins: readonly string[];
  readonly effectsFromFloor: number;
  readonly processFromFloor: number;
}

interface Module {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly { readonly target: string; readonly line: number }[];
}

const floors: Floors = JSON.parse(readFileSync('src/floors.json', 'utf8'));
const floorOf = new Map(
  floors.floors.flatMap((floor, index) => floor.rooms.map((room) => [room, index] as const)),
);
const problems: string[] = [];

const modules = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') || name.endsWith('.tsx'))
  .map((name) => readModule(join('src', name)));
const production = modules.filter((module) => !module.path.endsWith('.test.ts'));
for (const module of production) {
  checkImports(module);
  checkWords(module);
}
checkCycles(production);

for (const problem of problems) console.error(problem);
console.log(`${production.length} files, ${problems.length} broken rules`);
process.exitCode = problems.length === 0 ? 0 : 1;

function readModule(path: string): Module {
  const text = readFileSync(path, 'utf8');
  const imports = [];
  const pattern = /(?:from\s+|import\s+|import\(\s*|new URL\(\s*)'([^']+)'/g;
  for (const match of text.matchAll(pattern)) {
    imports.push({ target: match[1] ?? '', line: text.slice(0, match.index).split('\n').length });
  }
  return { path, text, imports };
}

function roomOf(path: string): string {
  return relative('src', path).split('/')[0] ?? '';
}

function subroomOf(path: string): string | undefined {
  return Object.keys(floors.subrooms).find((subroom) => path.startsWith(`src/${subroom}/`));
}

function checkImports(module: Module): void {
  const room = roomOf(module.path);
  const floor = floorOf.get(room);
  if (floor === undefined) {
    problems.push(`${module.path}: room '${room}' is not in src/floors.json`);
    return;
  }
  for (const { target, line } of module.imports) {
    const place = `${module.path}:${line}`;
    if (target.startsWith('.'))
      checkLocalImport(module, normalize(join(dirname(module.path), target)), place, floor);
    else checkOutsideImport(module, target, place, floor);
  }
}

function checkLocalImport(module: Module, target: string, place: string, floor: number): void {
  if (!target.startsWith('src/')) {
    problems.push(`${place}: production code imports ${target}`);
    return;
  }
  const fromSubroom = subroomOf(module.path);
  const toSubroom = subroomOf(target);
  if (toSubroom !== undefined && toSubroom !== fromSubroom) {
    if (target !== floors.subrooms[toSubroom]?.door)
      problems.push(`${place}: enter ${toSubroom} by its door`);
    return;
  }
  const room = roomOf(module.path);
  const targetRoom = roomOf(target);
  if (room === targetRoom) return;
  const targetFloor = floorOf.get(targetRoom);
  if (targetFloor === undefined || targetFloor >= floor) {
    problems.push(
      `${place}: ${room} (floor ${floor}) may not import ${targetRoom} (floor ${targetFloor ?? '?'})`,
    );
  }
  if (target !== `src/${targetRoom}/index.ts`)
    problems.push(`${place}: enter ${targetRoom} by src/${targetRoom}/index.ts`);
}

function checkOutsideImport(module: Module, target: string, place: string, floor: number): void {
  const allowed = floors.subrooms[subroomOf(module.path) ?? '']?.builtins ?? [];
  const isEffect = floors.effectBuiltins.includes(target);
  if (isEffect && floor < floors.effectsFromFloor && !allowed.includes(target)) {
    problems.push(`${place}: ${target} has effects; they start at floor ${floors.effectsFromFloor}`);
  }
  if (target === 'node:sqlite' && roomOf(module.path) !== 'database')
    problems.push(`${place}: SQLite belongs to database/`);
}

function checkWords(module: Module): void {
  const room = roomOf(module.path);
  const floor = floorOf.get(room) ?? 0;
  const code = module.text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/(^|\s)\/\/.*$/gm, '$1');
  const rules: readonly [RegExp, boolean, string][] = [
    [
      /\bDate\.now\(\)|\bnew Date\(\)/,
      module.path !== 'src/base/clock.ts',
      'the clock is read in base/clock.ts only',
    ],
    [
      /\bprocess\.(env|exit)\b|\bconsole\./,
      floor < floors.processFromFloor,
      'process.env, process.exit and console belong to the entrances',
    ],
    [
      /['"`]\s*(SELECT|INSERT|UPDATE|DELETE FROM|CREATE TABLE|PRAGMA)\s/,
      room !== 'database',
      'SQL belongs to database/',
    ],
  ];
  code.split('\n').forEach((line, index) => {
    for (const [pattern, applies, reason] of rules) {
      if (applies && pattern.test(line)) problems.push(`${module.path}:${index + 1}: ${reason}`);
    }
  });
}

function checkCycles(all: readonly Module[]): void {
  const byPath = new Map(all.map((module) => [module.path, module]));
  const state = new Map<string, 'open' | 'done'>();
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      problems.push(`cycle: ${[...trail.slice(trail.indexOf(path)), path].join(' -> ')}`);
      return;
    }
    state.set(path, 'open');
    for (const { target } of byPath.get(path)?.imports ?? []) {
      const next = normalize(join(dirname(path), target));
      if (target.startsWith('.') && byPath.has(next)) visit(next, [...trail, path]);
    }
    state.set(path, 'done');
  };
  for (const module of all) visit(module.path, []);
}
