import { pause } from './child.js';
import type { Stack } from './stack.js';

/** An error answer of the product. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly body: any,
    call: string,
  ) {
    super(`${call} → ${status} ${JSON.stringify(body)}`);
  }
}

/** How long somebody tries to reach a product whose processes die. */
const PATIENCE_MS = 180_000;

/**
 * Calls the product and the sandboxes. The product may be killed at any moment: a call that gets no answer is made again,
 * as a person presses the button again. Every such call is idempotent by contract (DESIGN §10).
 */
export class Person {
  /** Answers that name a fault of the product's own: a person sees them, so they must not happen. */
  readonly unexpected: string[] = [];
  /** The reseller; the newest installation while it is not said. */
  installationId: string | undefined;
  #token = '';
  #tokenUntil = 0;

  constructor(private readonly stack: Stack) {}

  /** @throws Refused for an answer from 400 on; 5xx that pass are tried again. */
  async call<T = any>(method: string, path: string, body?: unknown): Promise<T> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      await this.stack.ready();
      try {
        return await this.once<T>(method, path, body);
      } catch (error) {
        // Autotask's own trouble reaches the person too, who tries again.
        const passes =
          !(error instanceof Refused) || error.status >= 500 || String(error.body.code).startsWith('AUTOTASK_');
        if (!passes || Date.now() > deadline) throw error;
        await pause(100);
      }
    }
  }

  async all<T = any>(path: string): Promise<T[]> {
    const rows: T[] = [];
    for (let page = 1; ; page += 1) {
      const answer = await this.call('GET', `${path}${path.includes('?') ? '&' : '?'}page=${page}&pageSize=200`);
      rows.push(...(answer.items as T[]));
      if (answer.items.length === 0 || rows.length >= answer.total) return rows;
    }
  }

  /** Waits for a job of ours, whatever dies meanwhile. */
  async job(jobId: string, seconds = 300): Promise<any> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const job = await this.call('GET', `/jobs/${jobId}`);
      if (['done', 'stopped', 'failed'].includes(job.state)) return job;
      if (Date.now() > deadline) throw new Error(`The job did not end: ${JSON.stringify(job)}`);
      await pause(40);
    }
  }

  /** A control call of a sandbox. @throws Error with its words. */
  async sandbox<T = any>(which: 'autotask' | 'marketplace', method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.stack[which]}/_sandbox${path}`, {
      method,
      // A kept connection may be closed at the very moment; an order must not be placed twice for that.
      headers: { connection: 'close', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${which}/_sandbox${path} → ${response.status}: ${text}`);
    return JSON.parse(text) as T;
  }

  /** Writes to Autotask as somebody who sits in front of it. */
  async byHand(path: string, body: Record<string, unknown>): Promise<void> {
    const { credentials } = await this.sandbox('autotask', 'GET', '/state?collections=currencies');
    const response = await fetch(`${this.stack.autotask}/ATServicesRest/V1.0/${path}`, {
      method: 'POST',
      headers: {
        connection: 'close',
        'content-type': 'application/json',
        UserName: credentials.userName,
        Secret: credentials.secret,
        ApiIntegrationCode: credentials.integrationCode,
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`by hand ${path} → ${response.status}: ${await response.text()}`);
  }

  private async once<T>(method: string, path: string, body: unknown): Promise<T> {
    const response = await fetch(`${this.stack.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await this.token()}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    const answer: unknown = text === '' ? {} : JSON.parse(text);
    if (response.status === 500) this.unexpected.push(`${method} ${path} → ${text}`);
    if (!response.ok) throw new Refused(response.status, answer, `${method} ${path}`);
    return answer as T;
  }

  private async token(): Promise<string> {
    if (Date.now() > this.#tokenUntil) {
      const { installationId } = this;
      const wanted = { role: 'admin', ...(installationId === undefined ? {} : { installationId }) };
      this.#token = (await this.sandbox('marketplace', 'POST', '/token', wanted)).token as string;
      // Host tokens live for two minutes at most.
      this.#tokenUntil = Date.now() + 30_000;
    }
    return this.#token;
  }
}
