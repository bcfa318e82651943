import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_ACCESS } from './api-token.js';
import { basic, MarketplaceTestClient } from './marketplace-test-client.js';

let client: MarketplaceTestClient<any>;
beforeAll(async () => {
  client = await MarketplaceTestClient.start();
});
afterAll(() => client.close());

const key = { 'x-subscription-key': API_ACCESS.subscriptionKey };

describe('POST /token', () => {
  it('gives a token of 1500 seconds that opens the API', async () => {
    const { status, body } = await client.signIn();
    expect(status).toBe(200);
    expect(body.expiresInSeconds).toBe(1500);
    const list = await client.send('GET', '/marketplace/plans', { ...key, authorization: `Bearer ${body.token}` });
    expect(list.status).toBe(200);
  });

  it('tells an unknown user, a wrong password, a wrong key and an unknown marketplace apart', async () => {
    const refused = await Promise.all([
      client.signIn({ user: 'nobody.API' }),
      client.signIn({ password: 'wrong' }),
      client.signIn({ subscriptionKey: 'wrong' }),
      client.signIn({ marketplace: 'xx' }),
    ]);
    expect(refused.map((answer) => answer.status)).toEqual([401, 401, 401, 400]);
    expect(new Set(refused.map((answer) => answer.body.message)).size).toBe(4);
  });

  it('refuses a missing subscription key and a body that is not JSON', async () => {
    const authorization = basic(API_ACCESS.user, API_ACCESS.password);
    expect((await client.send('POST', '/marketplace/token', { authorization }, {})).status).toBe(401);
    expect((await client.send('POST', '/marketplace/token', { authorization, ...key }, '{"market')).status).toBe(400);
  });
});

describe('bearer tokens', () => {
  const plans = (headers: Record<string, string>) => client.send('GET', '/marketplace/plans', headers);

  it('are required, together with the key, and cannot be altered', async () => {
    const { token } = (await client.signIn()).body;
    const [head, claims, signature] = token.split('.');
    const longer = JSON.parse(Buffer.from(claims, 'base64url').toString());
    const altered = Buffer.from(JSON.stringify({ ...longer, exp: longer.exp + 1 })).toString('base64url');
    const answers = await Promise.all([
      plans(key),
      plans({ authorization: `Bearer ${token}` }),
      plans({ ...key, authorization: 'Bearer nonsense' }),
      plans({ ...key, authorization: `Bearer ${head}.${altered}.${signature}` }),
      plans({ ...key, authorization: `Bearer ${token}` }),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual([401, 401, 401, 401, 200]);
  });

  it('expire after the lifetime the switch says', async () => {
    await client.behave({ tokenLifetime: '0' });
    const { token, expiresInSeconds } = (await client.signIn()).body;
    await client.behave({ tokenLifetime: '1500' });
    expect(expiresInSeconds).toBe(0);
    const answer = await plans({ ...key, authorization: `Bearer ${token}` });
    expect(answer.status).toBe(401);
    expect(answer.body.message).toMatch(/expired/);
  });

  it('follow real time, not the sandbox clock', async () => {
    const { token } = (await client.signIn()).body;
    await client.clock('2027-05-10');
    expect((await plans({ ...key, authorization: `Bearer ${token}` })).status).toBe(200);
  });

  it('can all be revoked; a new one works', async () => {
    const { token } = (await client.signIn()).body;
    await client.control('DELETE', '/tokens');
    expect((await plans({ ...key, authorization: `Bearer ${token}` })).status).toBe(401);
    const fresh = (await client.signIn()).body.token;
    expect((await plans({ ...key, authorization: `Bearer ${fresh}` })).status).toBe(200);
  });
});

it('answers a refusal with status, error, path and the correlation id of the header', async () => {
  const answer = await client.send('GET', '/marketplace/orders', key);
  expect(answer.body).toMatchObject({ status: 401, error: 'Unauthorized', path: '/marketplace/orders' });
  expect(Number.isNaN(Date.parse(answer.body.timestamp))).toBe(false);
  expect(answer.body.correlationId).toBe(answer.headers.get('x-correlation-id'));
});
