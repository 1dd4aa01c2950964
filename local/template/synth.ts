import { createHash } from 'node:crypto';
import { existsSync, globSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Root of the repository: entries of functions are named from here. */
export const ROOT = join(import.meta.dirname, '../..');

/** Stands in the template for the host's own address, which is known only when it listens. */
export const HOST_URL = 'http://host.green-channel.invalid';
export const AUDIENCE = 'green-channel';

/** The lock file says with which library it is made. */
const SOURCES = ['lib/**/*.ts', 'functions/**/*.ts', 'local/template/synth.ts', 'cdk.json', 'package-lock.json'];

/**
 * Files that the template may be made of, from the root: change any of them, and it is made anew. All that the stack
 * could ask of a function is taken, because a template made too often costs seconds, and a stale one is booted in silence.
 */
export const templateSources = (): string[] => globSync(SOURCES, { cwd: ROOT }).sort();

const fingerprint = (): string => {
  const hash = createHash('sha256');
  for (const file of templateSources()) hash.update(file).update(readFileSync(join(ROOT, file)));
  return hash.digest('hex').slice(0, 16);
};

/**
 * The folder of the assembly that would be deployed, its code left unbundled. Loading the construct library takes
 * longer than everything else in a boot, so that the assembly is kept in the data folder until its sources change.
 */
export const synthesised = async (dataDir: string): Promise<string> => {
  const folder = join(dataDir, `template-${fingerprint()}`);
  if (existsSync(folder)) return folder;
  const { greenChannelApp } = await import('../../lib/app.ts');
  const outdir = join(dataDir, 'template.new');
  rmSync(outdir, { recursive: true, force: true });
  greenChannelApp({
    target: 'aws',
    issuer: HOST_URL,
    jwksUri: `${HOST_URL}/.well-known/jwks.json`,
    audience: AUDIENCE,
    bundling: false,
    outdir,
  }).synth();
  for (const old of readdirSync(dataDir).filter((name) => /^template-\w+$/.test(name)))
    rmSync(join(dataDir, old), { recursive: true });
  renameSync(outdir, folder);
  return folder;
};
