import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { readDeployment } from '../../local/template/deployment.ts';
import { synthesised } from '../../local/template/synth.ts';
import { mustBeSoundOnce } from '../../local/workflows/sound.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The synthesised assembly, as a host keeps it in its data folder. */
    readonly template: string;
  }
}

let folder = '';

/** Synthesises and checks once what every host of every test boots from: that takes longer than all else in a boot. */
export const setup = async ({ provide }: TestProject): Promise<void> => {
  folder = await mkdtemp(join(tmpdir(), 'green-channel-template-'));
  const assembly = await synthesised(folder);
  mustBeSoundOnce(assembly, readDeployment(assembly).machines);
  provide('template', assembly);
};

export const teardown = (): Promise<void> => rm(folder, { recursive: true, force: true });
