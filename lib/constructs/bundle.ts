import { existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';

/**
 * The code of a handler: one file of ECMAScript modules with the SDK it was tested with. See decision 0007.
 *
 * @throws Error when there is no such handler.
 */
export const codeOf = (entry: string, bundling: boolean): Code => {
  if (!bundling) return Code.fromInline(`// ${entry}`);
  bundles ??= bundleAll();
  const folder = join(bundles, nameOf(entry));
  if (!existsSync(folder)) throw new Error(`There is no handler ${entry}`);
  return Code.fromAsset(folder);
};

const nameOf = (entry: string): string => entry.replace(/\.handler\.ts$/, '');

let bundles: string | undefined;

/** Every handler in one run of the bundler, which reads what they share once: a synthesis of two targets, too. */
const bundleAll = (): string => {
  const outdir = mkdtempSync(join(tmpdir(), 'green-channel-'));
  process.once('exit', () => rmSync(outdir, { recursive: true, force: true }));
  buildSync({
    entryPoints: globSync('functions/**/*.handler.ts').map((entry) => ({
      in: entry,
      out: join(nameOf(entry), 'index'),
    })),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    // Some dependencies are CommonJS and ask for Node's own modules by `require`.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return outdir;
};
