import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataFolderLockedError, lockDataFolder } from './embedded-lock.js';

describe('the lock on the data folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'psa-sync-lock-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const lockFile = () => join(folder, 'lock');
  const startTime = (pid: number) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  };

  it('names this process and its start time, and is gone after the release', () => {
    const release = lockDataFolder(folder);
    expect(readFileSync(lockFile(), 'utf8')).toBe(`${process.pid} ${startTime(process.pid)}`);
    release();
    expect(() => readFileSync(lockFile())).toThrow('ENOENT');
  });

  it('refuses a folder that a living process holds, naming it', () => {
    writeFileSync(lockFile(), `${process.ppid} ${startTime(process.ppid)}`);
    expect(() => lockDataFolder(folder)).toThrow(DataFolderLockedError);
    expect(() => lockDataFolder(folder)).toThrow(`process ${process.ppid}`);
  });

  it('takes over when the process is gone', () => {
    writeFileSync(lockFile(), '4194304 1');
    lockDataFolder(folder);
    expect(readFileSync(lockFile(), 'utf8')).toContain(String(process.pid));
  });

  it('takes over when the pid was given to another process since', () => {
    writeFileSync(lockFile(), `${process.ppid} 1`);
    lockDataFolder(folder);
    expect(readFileSync(lockFile(), 'utf8')).toContain(String(process.pid));
  });

  it('does not remove a lock that is no longer its own', () => {
    const release = lockDataFolder(folder);
    writeFileSync(lockFile(), '1 1');
    release();
    expect(readFileSync(lockFile(), 'utf8')).toBe('1 1');
  });
});
