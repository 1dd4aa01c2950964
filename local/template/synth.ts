import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Root of the repository: entries of functions are named from here. */
export const ROOT = join(import.meta.dirname, '../..');

/** Stands in the template for the host's own address, which is known only when it listens. */
export const HOST_URL = 'http://host.green-channel.invalid';
export const AUDIENCE = 'green-channel';

/** What the template is made of: change any of it, and it is made anew. */
const SOURCES = [
  'lib',
  'functions/workflow',
  // The machines choose by the statuses that these list.
  'functions/request/request.ts',
  'functions/delivery/consignment.ts',
  'local/template/synth.ts',
  'cdk.json',
  'package.json',
];

const filesIn = (path: string): string[] => {
  if (!existsSync(path)) return [];
  return statSync(path).isFile()
    ? [path]
    : readdirSync(path)
        .sort()
        .flatMap((name) => filesIn(join(path, name)));
};

const fingerprint = (): string => {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap((source) => filesIn(join(ROOT, source))))
    hash.update(file).update(readFileSync(file));
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
