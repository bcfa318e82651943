import { AutotaskClients } from '../autotask-connections.js';
import type { AutotaskAdapter } from '../autotask.adapter.js';
import { AutotaskClient, type AutotaskClientOptions } from '../autotask.client.js';
import { createTransport } from '../../http/transport.js';
import { InstanceLimitsRegistry } from '../instance-limits.js';
import { ZoneDirectory } from '../zone-directory.js';
import { startStub, type StubReply, type StubRequest, type StubServer } from '../../http/stub-server.js';

/** Fictional credentials; a test that finds one of them where it does not belong has found a leak. */
export const STUB_CREDENTIALS = {
  userName: 'api-user@marmalade-freight.example',
  secret: 'stub-Secret-9f8e7d',
  integrationCode: 'STUBTRACKINGIDENTIFIER00001',
};

/** A stub that answers zone discovery and the request counter itself and hands everything else to the test. */
export async function startStubAutotask(
  handler: (request: StubRequest) => StubReply | Promise<StubReply>,
  options: { zone?: (request: StubRequest, origin: string) => StubReply } = {},
): Promise<StubServer & { calls(): StubRequest[] }> {
  const server = await startStub((request) => {
    if (/zoneinformation$/i.test(request.path))
      return options.zone?.(request, server.origin) ?? { json: zoneAt(server.origin) };
    if (/thresholdinformation$/i.test(request.path)) return { json: stubThreshold(0) };
    return handler(request);
  });
  /** What arrived without discovery and counter. */
  const calls = (): StubRequest[] => server.requests.filter(({ path }) => !/(zone|threshold)information$/i.test(path));
  return Object.assign(server, { calls });
}

/** The answer of zone discovery for a zone at this origin. */
export function zoneAt(origin: string): Record<string, unknown> {
  return { zoneName: 'Stub 1', url: `${origin}/ATServicesRest/`, webUrl: `${origin}/web/`, ci: 4711 };
}

/** The answer of `ThresholdInformation`. */
export function stubThreshold(current: number): Record<string, number> {
  return {
    externalRequestThreshold: 10_000,
    requestThresholdTimeframe: 60,
    currentTimeframeRequestCount: current,
  };
}

/** A client of the stub that never really waits; `waits` collects the pauses it would have made. */
export function stubClient(
  origin: string,
  overrides: Partial<AutotaskClientOptions> = {},
): { client: AutotaskClient; waits: number[] } {
  const waits: number[] = [];
  const transport = createTransport();
  const allowedHosts = ['127.0.0.1'];
  const timeoutMs = 10_000;
  const client = new AutotaskClient({
    installationId: 'installation-1',
    connectionId: 'connection-1',
    credentials: STUB_CREDENTIALS,
    allowedHosts,
    timeoutMs,
    budgetShare: 0.5,
    transport,
    zones: new ZoneDirectory({ transport, discoveryUrl: origin, allowedHosts, timeoutMs }),
    limits: new InstanceLimitsRegistry(),
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    random: () => 0.5,
    ...overrides,
  });
  return { client, waits };
}

/** An adapter as the application gets it. */
export function stubAdapter(origin: string, timeoutMs = 10_000): AutotaskAdapter {
  return new AutotaskClients({ discoveryUrl: origin, allowedHosts: ['127.0.0.1'], timeoutMs }).of({
    installationId: 'installation-1',
    connectionId: 'connection-1',
    credentials: STUB_CREDENTIALS,
    credentialsVersion: 1,
    budgetShare: 0.5,
  });
}
