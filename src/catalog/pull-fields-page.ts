import type { FieldDeclaration } from '../mirror/index.ts';
import { formatSize } from '../options/index.ts';

/** The Markdown of `docs/pull-fields.md`, for the fields that are declared. */
export function renderPullFieldsPage(fields: readonly FieldDeclaration[]): string {
  const rows = fields.map((field) => {
    const cells = [`\`${field.name}\``, field.summary, field.places.join(', '), defaultText(field)];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return [
    '# Fields of pulled sources and destinations',
    '',
    'Generated from the declarations in `src/mirror/configuration` by `node tools/generate-docs.ts`; a test compares the two.',
    '',
    'A field that may stand in several places is inherited: what the source says, else its destination, else the defaults, else what is built in. `ashlar source show <name>` names the values that hold, and where each comes from. Sizes are bytes, or a number with `kb`, `mb`, `gb`, `tb`.',
    '',
    '| field | meaning | may stand at | built in |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function defaultText({ type, default: value, required }: FieldDeclaration): string {
  if (required === true) return 'required';
  if (value === undefined) return '';
  return type === 'size' && typeof value === 'number' ? formatSize(value) : String(value);
}
