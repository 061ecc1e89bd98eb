import { optionFacts, optionUsage } from './option-text.ts';
import { optionsBySection } from './options.ts';

/** The Markdown of `docs/options.md`. */
export function renderOptionsPage(): string {
  const parts = [
    '# Options',
    '',
    'Generated from the declarations in `src/options` by `node tools/generate-docs.ts`; a test compares the two.',
    '',
    'Options are written `--name=value`, anywhere on the command line; a flag needs no value. Every option is also an environment variable. Sizes count in 1024 (`b`, `kb`, `mb`, `gb`, `tb`); durations are sums such as `1W3D` of `s`, `m`, `h`, `D`, `W`, `M` (30 days) and `Y` (365 days).',
    '',
  ];
  for (const [section, options] of optionsBySection()) {
    parts.push(`## ${section[0]?.toUpperCase()}${section.slice(1)}`, '');
    for (const option of options) {
      const text = [option.summary, option.description, ...optionFacts(option)].filter(
        (one) => one !== undefined,
      );
      parts.push(`- **\`${optionUsage(option)}\`** ${text.join(' ')}`);
    }
    parts.push('');
  }
  return parts.join('\n');
}
