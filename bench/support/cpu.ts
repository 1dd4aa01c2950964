import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { markOf } from '../../local/processes.ts';

/** Ticks of the kernel's accounting in a second: fixed at 100 for all that user space is told. */
const TICKS = 100;

/** CPU time of a process so far, in milliseconds. Others on the same machine lengthen a run, and hardly this. */
export const cpuOf = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / TICKS) * 1_000;
};

/** The engine that belongs to a data folder. */
export const enginePid = (dataDir: string): number => {
  const mark = markOf(readFileSync(join(dataDir, 'engine.lock'), 'utf8'));
  if (mark === undefined) throw new Error(`No engine has marked ${dataDir}`);
  return mark.pid;
};
