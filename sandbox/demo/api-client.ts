import type { RunningProduct } from './running-product.js';

/** An error answer of the product. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly body: Record<string, unknown>,
    call: string,
  ) {
    super(`${call} → ${status} ${code}: ${JSON.stringify(body['detail'] ?? body)}`);
  }
}

/** A job as GET /jobs/{id} shows it. */
export interface JobView {
  id: string;
  state: 'queued' | 'running' | 'done' | 'stopped' | 'failed';
  total: number;
  done: number;
  failed: number;
  returned: number;
  step: string | null;
  failure: { code: string; message: string } | null;
}

/** Longest a job may take before the demo gives up. */
const JOB_LIMIT_MS = 300_000;

/** The product's API and the sandboxes' control calls, as an admin of the installation. */
export class ApiClient {
  #token = '';
  #tokenUntil = 0;

  constructor(private readonly product: RunningProduct) {}

  /** Calls the product. @throws ApiError for every answer from 400 on. */
  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.product.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await this.#freshToken()}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    if (!response.ok) throw new ApiError(response.status, String(answer['code']), answer, `${method} ${path}`);
    return answer as T;
  }

  /** Every row of a list. */
  async all<T>(path: string): Promise<T[]> {
    const rows: T[] = [];
    for (let page = 1; ; page += 1) {
      const answer = await this.call<{ items: T[]; total: number }>(
        'GET',
        `${path}${path.includes('?') ? '&' : '?'}page=${page}&pageSize=200`,
      );
      rows.push(...answer.items);
      if (answer.items.length === 0 || rows.length >= answer.total) return rows;
    }
  }

  /** Waits for a job, reporting each change. @throws Error when it fails or takes too long. */
  async job(jobId: string, seen: (job: JobView) => void = () => {}): Promise<JobView> {
    const deadline = Date.now() + JOB_LIMIT_MS;
    while (Date.now() < deadline) {
      const job = await this.call<JobView>('GET', `/jobs/${jobId}`);
      seen(job);
      if (job.state === 'failed') throw new Error(`The job failed: ${job.failure?.message ?? 'no reason given'}`);
      if (job.state === 'done' || job.state === 'stopped') return job;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`Job ${jobId} did not end within ${JOB_LIMIT_MS / 1000} s.`);
  }

  /** A control call of one sandbox. @throws Error with the sandbox's words. */
  async sandbox<T>(which: 'autotask' | 'marketplace', method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.product[which]}/_sandbox${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${which}/_sandbox${path} → ${response.status}: ${text}`);
    return JSON.parse(text) as T;
  }

  async #freshToken(): Promise<string> {
    if (Date.now() > this.#tokenUntil) {
      const { token } = await this.sandbox<{ token: string }>('marketplace', 'POST', '/token', { role: 'admin' });
      this.#token = token;
      // Host tokens live for two minutes at most; half of one leaves room for a slow call.
      this.#tokenUntil = Date.now() + 30_000;
    }
    return this.#token;
  }
}
