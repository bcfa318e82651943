import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Another living process has the folder open. */
export class DataFolderLockedError extends Error {
  constructor(folder: string, pid: number) {
    super(`The data folder ${folder} is in use by process ${pid}. Stop that one, or set DATA_DIR to another folder.`);
  }
}

/**
 * Claims a data folder for this process. A second process could open the same embedded database unhindered and its
 * writes would be lost (codebase-models §4.6), so the claim names pid *and* process start time: a pid alone may have been
 * given to a stranger since.
 *
 * @returns a function that gives the folder back. @throws DataFolderLockedError while the other process lives.
 */
export function lockDataFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'lock');
  const mine = `${process.pid} ${startTimeOf(process.pid) ?? ''}`;
  for (;;) {
    try {
      writeFileSync(file, mine, { flag: 'wx' });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const [pid, startedAt] = readFileSync(file, 'utf8').split(' ');
      if (Number(pid) !== process.pid && isAlive(Number(pid), startedAt ?? ''))
        throw new DataFolderLockedError(folder, Number(pid));
      rmSync(file, { force: true });
    }
  }
  return () => {
    if (existsSync(file) && readFileSync(file, 'utf8') === mine) rmSync(file, { force: true });
  };
}

/** Start time of a process in clock ticks since boot, where the system tells (Linux); else undefined. */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in brackets and may contain spaces; what follows it is plain.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function isAlive(pid: number, startedAt: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = startTimeOf(pid);
  return now === undefined || startedAt === '' || now === startedAt;
}
