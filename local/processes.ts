import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/** Fields of a stat line behind the command, which may itself hold blanks and brackets. */
const statFields = (stat: string): readonly string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ');

/**
 * Which process exactly. The kernel gives a pid to somebody else after a while, so a pid counts only together with
 * its start time, and that only within one boot.
 */
export interface ProcessMark {
  readonly pid: number;
  readonly start: string;
  readonly boot: string;
}

/** Reads a mark as `markCommand` wrote it: the boot's id on one line, the process's stat on the next. */
export const markOf = (written: string): ProcessMark | undefined => {
  const [boot, stat] = written.split('\n');
  const start = statFields(stat ?? '')[19];
  return boot && stat && start ? { pid: Number.parseInt(stat, 10), start, boot } : undefined;
};

/**
 * Wraps a command so that it writes its own mark to `file` before it becomes the program: there is no moment in which
 * the program runs unmarked, wherever its parent dies.
 */
export const markCommand = (file: string, program: string, args: readonly string[]): [string, string[]] => [
  '/bin/sh',
  ['-c', `cat ${BOOT_ID} /proc/$$/stat > "$0" && exec "$@"`, file, program, ...args],
];

/** Whether exactly this process still runs. */
export const lives = (mark: ProcessMark): boolean => {
  const stat = read(`/proc/${mark.pid}/stat`);
  if (stat === undefined || read(BOOT_ID)?.trim() !== mark.boot) return false;
  const fields = statFields(stat);
  return fields[19] === mark.start && fields[0] !== 'Z';
};

/** Ends exactly this process, and returns when it is gone. */
export const end = async (mark: ProcessMark): Promise<void> => {
  // The engine survives this: every transaction it answered is in its file.
  if (lives(mark)) process.kill(mark.pid, 'SIGKILL');
  while (lives(mark)) await sleep(10);
};

const descriptors = (pid: string): string[] => {
  try {
    return readdirSync(`/proc/${pid}/fd`);
  } catch {
    return [];
  }
};

const pointsTo = (link: string): string | undefined => {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
};

/** Other processes of ours that have the file open. Empty where the system does not tell. */
export const holdersOf = (file: string): number[] => {
  if (!existsSync('/proc') || !existsSync(file)) return [];
  const path = realpathSync(file);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => descriptors(pid).some((fd) => pointsTo(join('/proc', pid, 'fd', fd)) === path))
    .map(Number);
};
