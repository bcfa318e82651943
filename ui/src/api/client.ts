import createClient from 'openapi-fetch';
import { host, SessionEnded } from '../host';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];

/** An answer of the API that says no, or the lack of one: `OFFLINE` and `SESSION_ENDED` are ours. */
export class ApiProblem extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
    readonly body: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = 'ApiProblem';
  }

  /** The request's id, for people who ask us. */
  get requestId(): string | undefined {
    return typeof this.body.instance === 'string' ? this.body.instance.replace('urn:request:', '') : undefined;
  }
}

/**
 * `fetch` with the host's token. A token that the server no longer takes is replaced once: a 401 means that nothing was
 * done, so also a write may be sent again.
 *
 * @throws ApiProblem OFFLINE, SESSION_ENDED.
 */
export async function authorizedFetch(request: Request | string, init?: RequestInit): Promise<Response> {
  const original = new Request(request, init);
  const send = async (token: string): Promise<Response> => {
    const copy = original.clone();
    copy.headers.set('authorization', `Bearer ${token}`);
    try {
      return await fetch(copy);
    } catch (error) {
      if (original.signal.aborted) throw error;
      throw new ApiProblem('OFFLINE', 0, 'offline');
    }
  };
  try {
    const token = await host.freshToken();
    const response = await send(token);
    return response.status === 401 ? await send(await host.freshToken(token)) : response;
  } catch (error) {
    if (error instanceof SessionEnded) throw new ApiProblem('SESSION_ENDED', 0, '');
    throw error;
  }
}

export const api = createClient<paths>({ baseUrl: '', fetch: async (request) => await authorizedFetch(request) });

/** The body of a good answer. @throws ApiProblem for any other. */
export async function ok<T>(
  answer: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<Exclude<T, undefined>> {
  const { data, error, response } = await answer;
  if (response.ok) return data as Exclude<T, undefined>;
  throw problemOf(error, response.status);
}

/** The problem in an error answer's body. */
export function problemOf(body: unknown, status: number): ApiProblem {
  const problem = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  return new ApiProblem(
    typeof problem.code === 'string' ? problem.code : 'UNEXPECTED',
    status,
    typeof problem.detail === 'string' ? problem.detail : '',
    problem,
  );
}

/** Saves an answer of the API as a file: a link cannot carry the token. */
export async function download(path: string, name: string): Promise<void> {
  const response = await authorizedFetch(path);
  if (!response.ok) throw problemOf(await response.json().catch(() => undefined), response.status);
  const url = URL.createObjectURL(await response.blob());
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
