import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../kit/free-ports.js';

/** The product and both sandboxes, running in a process of their own on free ports with a folder of their own. */
export interface RunningProduct {
  url: string;
  autotask: string;
  marketplace: string;
  /** Ends the process and removes its folder. */
  stop(): Promise<void>;
}

/** The built entry of the product, seen from the built demo. */
const ENTRY = fileURLToPath(new URL('../../src/main.js', import.meta.url));

/** Starting includes making a database, which takes seconds on a slow disk. */
const START_LIMIT_MS = 120_000;

/**
 * Starts the product exactly as `npm start` does.
 *
 * @throws Error with what the process said when it does not come up.
 */
export async function startProduct(): Promise<RunningProduct> {
  const [port, autotaskPort, marketplacePort] = (await freePorts(3)) as [number, number, number];
  const folder = mkdtempSync(join(tmpdir(), 'psa-sync-demo-'));
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, ['--enable-source-maps', ENTRY], {
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      SANDBOX_AUTOTASK_PORT: String(autotaskPort),
      SANDBOX_MARKETPLACE_PORT: String(marketplacePort),
      DATA_DIR: folder,
      LOG_LEVEL: 'warn',
      AUTOTASK_TIMEOUT_SECONDS: '10',
      AUTOTASK_SETTLE_SECONDS: '10',
      LEASE_SECONDS: '30',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  child.stdout.on('data', (text: Buffer) => said.push(text.toString()));
  child.stderr.on('data', (text: Buffer) => said.push(text.toString()));
  const stop = async () => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await answering(`${url}/readyz`, child);
  } catch (error) {
    await stop();
    throw new Error(`${(error as Error).message}\n${said.join('')}`, { cause: error });
  }
  return {
    url,
    autotask: `http://127.0.0.1:${autotaskPort}`,
    marketplace: `http://127.0.0.1:${marketplacePort}`,
    stop,
  };
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error('The product stopped while starting:');
    const ready = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`The product did not answer within ${START_LIMIT_MS / 1000} s:`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await gone;
  clearTimeout(patience);
}
