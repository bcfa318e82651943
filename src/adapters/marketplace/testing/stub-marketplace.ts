import type { MarketplaceAccess } from '../../../ports/marketplace.port.js';
import { startStub, type StubReply, type StubRequest, type StubServer } from '../../http/stub-server.js';
import type { SimpleApiOptions } from '../simple-api.client.js';

/** Fictional access; a test that finds its password or key where they do not belong has found a leak. */
export function stubAccess(origin: string, over: Partial<MarketplaceAccess> = {}): MarketplaceAccess {
  return {
    installationId: 'installation-1',
    connectionId: 'connection-1',
    baseUrl: `${origin}/marketplace/`,
    user: 'marmalade.API',
    password: 'stub-Password-1a2b',
    subscriptionKey: 'stub-key-3c4d5e6f',
    marketplace: 'us',
    timeZone: 'Europe/Berlin',
    ...over,
  };
}

/** Options that never really wait; `waits` collects the pauses. */
export function stubOptions(over: Partial<SimpleApiOptions> = {}): SimpleApiOptions & { waits: number[] } {
  const waits: number[] = [];
  return {
    allowedHosts: ['127.0.0.1'],
    timeoutMs: 10_000,
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    random: () => 0.5,
    waits,
    ...over,
  };
}

/** A stub that issues tokens `token-1`, `token-2`, … and hands signed calls to the test, paths without the base. */
export async function startStubMarketplace(
  handler: (request: StubRequest) => StubReply | Promise<StubReply>,
  options: { token?: (request: StubRequest) => StubReply } = {},
): Promise<StubServer & { calls(): StubRequest[]; signIns(): StubRequest[] }> {
  let issued = 0;
  const isSignIn = ({ path }: StubRequest): boolean => path === '/marketplace/token';
  const server = await startStub((request) => {
    if (!isSignIn(request)) return handler({ ...request, path: request.path.replace('/marketplace', '') });
    issued += 1;
    return options.token?.(request) ?? { json: { token: `token-${issued}`, expiresInSeconds: 1500 } };
  });
  return Object.assign(server, {
    calls: () => server.requests.filter((request) => !isSignIn(request)),
    signIns: () => server.requests.filter(isSignIn),
  });
}

/** One page of a list as the API answers it, cut by the request's own offset and limit. */
export function pageOf(rows: readonly unknown[], request: StubRequest, total = rows.length): StubReply {
  const offset = Number(request.query.get('offset') ?? 0);
  const limit = Number(request.query.get('limit') ?? 10);
  return { json: { data: rows.slice(offset, offset + limit), pagination: { offset, limit, total } } };
}
