import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';

/**
 * One file of ECMAScript modules per function, made by esbuild in this process: no Docker, no shell, no network, and
 * the same bytes from the same sources. The SDK is in the bundle: it is the version that was tested, and a tree-shaken
 * file loads quicker than the runtime's own copy.
 */
export const codeOf = (entry: string, bundling: boolean): Code => {
  if (!bundling) return Code.fromInline(`// ${entry}`);
  const folder = mkdtempSync(join(tmpdir(), 'green-channel-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  buildSync({
    entryPoints: [entry],
    outfile: join(folder, 'index.mjs'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true,
    legalComments: 'none',
    // Some dependencies are CommonJS and ask for Node's own modules by `require`.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return Code.fromAsset(folder);
};
