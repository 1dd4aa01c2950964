import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { machine } from './support/report.ts';

/** Each part in a process of its own, so that none warms up or burdens another. */
const PARTS = [
  { file: 'apportion.ts', title: 'Apportionment against the number of claims' },
  { file: 'lines.ts', title: 'Need lines a second' },
  { file: 'life.ts', title: 'The whole life of a request' },
  { file: 'stages.ts', title: 'Each stage, with few and with many requests stored' },
] as const;

const PAGE = join(import.meta.dirname, '../docs/benchmarks.md');

const run = async (file: string): Promise<string> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, file)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`bench/${file} ended with ${code}`);
  return said.trim();
};

const sections: string[] = [];
for (const { file, title } of PARTS) {
  const began = performance.now();
  const said = await run(file);
  console.log(`${title}\n\n${said}\n\n(${Math.round((performance.now() - began) / 1_000)} s)\n`);
  sections.push(`## ${title}\n\n${said}\n\nAlone: \`node bench/${file}\`.`);
}

writeFileSync(
  PAGE,
  `# Benchmarks

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${machine()}. Ratios first, because they travel;
times are this machine's. What the limits of AWS make of it is in [scale](scale.md).

${sections.join('\n\n')}
`,
);
console.log(`Written to ${PAGE}`);
