import { Controller, Get, Post } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CurrentCaller, NeedsRole, Public, type Caller } from '../../src/platform/tenancy/caller.js';
import { startInstallationApp, type InstallationApp } from '../support/installation-app.js';
import type { TokenClaims } from '../support/test-host.js';

/** Routes of every kind. */
@Controller('probe')
class ProbeController {
  @Get('viewer')
  @NeedsRole('viewer')
  viewer(@CurrentCaller() caller: Caller): Caller {
    return caller;
  }

  @Post('operator')
  @NeedsRole('operator')
  operator(@CurrentCaller() caller: Caller): Caller {
    return caller;
  }

  @Post('admin')
  @NeedsRole('admin')
  admin(@CurrentCaller() caller: Caller): Caller {
    return caller;
  }

  @Get('public')
  @Public()
  open(): { open: true } {
    return { open: true };
  }

  @Get('forgotten')
  forgotten(): { open: true } {
    return { open: true };
  }
}

/** A public controller with one route that is not. */
@Public()
@Controller('lobby')
class LobbyController {
  @Get('door')
  door(): { open: true } {
    return { open: true };
  }

  @Get('office')
  @NeedsRole('admin')
  office(): { open: true } {
    return { open: true };
  }
}

describe("the host's tokens", () => {
  let app: InstallationApp;

  beforeAll(async () => {
    app = await startInstallationApp([ProbeController, LobbyController]);
    await app.host.install(app.url, 'ins-a');
    await app.host.install(app.url, 'ins-b');
  });
  afterAll(() => app.close());

  const probe = async (claims: TokenClaims, secret?: string): Promise<string> => {
    const token = await app.host.token('ins-a', claims, secret);
    const { status, body } = await app.raw('GET', '/probe/viewer', `Bearer ${token}`);
    return status === 200 ? 'passed' : `${status} ${(body as { code: string }).code}`;
  };

  it('make a caller out of a good one', async () => {
    const { status, body } = await app.call('ins-a', 'operator', 'GET', '/probe/viewer', undefined, { sub: 'user-7' });
    expect(status).toBe(200);
    expect(body).toEqual({ installationId: 'ins-a', userId: 'user-7', role: 'operator' });
  });

  it.each([
    ['expired', { iat: -120, nbf: -120, exp: -11 }, '401 TOKEN_EXPIRED'],
    ['expired within the skew', { iat: -60, nbf: -60, exp: -5 }, 'passed'],
    ['issued long ago, whatever exp says', { iat: -300, nbf: -300, exp: 60 }, '401 TOKEN_EXPIRED'],
    ['not valid before a later time', { nbf: 60 }, '401 TOKEN_INVALID'],
    ['not valid before a time within the skew', { nbf: 5 }, 'passed'],
    ['issued in the future', { iat: 60, nbf: 0, exp: 90 }, '401 TOKEN_INVALID'],
    ['living longer than two minutes', { exp: 121 }, '401 TOKEN_INVALID'],
    ['living two minutes', { exp: 120 }, 'passed'],
    ['for another audience', { aud: 'another-extension' }, '401 TOKEN_INVALID'],
    ['of another issuer', { iss: 'https://host.example' }, '401 TOKEN_INVALID'],
    ['without issuer', { iss: undefined }, '401 TOKEN_INVALID'],
    ['without audience', { aud: undefined }, '401 TOKEN_INVALID'],
    ['without installation', { dest: undefined }, '401 TOKEN_INVALID'],
    ['without user', { sub: undefined }, '401 TOKEN_INVALID'],
    ['with an empty user', { sub: '' }, '401 TOKEN_INVALID'],
    ['without role', { role: undefined }, '401 TOKEN_INVALID'],
    ['with an unknown role', { role: 'owner' }, '401 TOKEN_INVALID'],
    ['without id', { jti: undefined }, '401 TOKEN_INVALID'],
    ['without exp', { exp: undefined }, '401 TOKEN_INVALID'],
    ['without nbf', { nbf: undefined }, '401 TOKEN_INVALID'],
    ['without iat', { iat: undefined }, '401 TOKEN_INVALID'],
    ['for an installation nobody knows', { dest: 'ins-z' }, '401 INSTALLATION_UNKNOWN'],
  ] as [string, TokenClaims, string][])('%s', async (_, claims, expected) => {
    expect(await probe(claims)).toBe(expected);
  });

  it("refuses another installation's secret, also when the token claims that installation's caller", async () => {
    expect(await probe({}, app.host.secretOf('ins-b'))).toBe('401 TOKEN_INVALID');
    expect(await probe({ dest: 'ins-b' }, app.host.secretOf('ins-a'))).toBe('401 TOKEN_INVALID');
    expect(await probe({}, 'x'.repeat(43))).toBe('401 TOKEN_INVALID');
  });

  it('refuses an unsigned, a re-signed and a broken one', async () => {
    const [head, claims, signature] = (await app.host.token('ins-a')).split('.') as [string, string, string];
    const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const payload = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
    const tokens = [
      `${encoded({ alg: 'none', typ: 'JWT' })}.${claims}.`,
      `${encoded({ alg: 'none', typ: 'JWT' })}.${claims}.${signature}`,
      `${encoded({ alg: 'HS512', typ: 'JWT' })}.${claims}.${signature}`,
      `${head}.${encoded({ ...payload, role: 'admin' })}.${signature}`,
      `${head}.${claims}`,
      'nonsense',
    ];
    const answers = await Promise.all(tokens.map((token) => app.raw('GET', '/probe/viewer', `Bearer ${token}`)));
    expect(answers.map(({ status, body }) => `${status} ${body.code}`)).toEqual(tokens.map(() => '401 TOKEN_INVALID'));
  });

  it('asks for one where there is none', async () => {
    const headers = [undefined, 'Basic dXNlcjpwYXNz', 'Bearer', 'Bearer ', `Token ${await app.host.token('ins-a')}`];
    const answers = await Promise.all(headers.map((header) => app.raw('GET', '/probe/viewer', header)));
    expect(answers.map(({ status, body }) => `${status} ${body.code}`)).toEqual(headers.map(() => '401 TOKEN_MISSING'));
  });

  it('never takes one from the query', async () => {
    const token = await app.host.token('ins-a');
    expect((await app.raw('GET', `/probe/viewer?jwt=${token}&access_token=${token}`)).status).toBe(401);
  });

  it('climbs the ladder of roles', async () => {
    const routes = [
      ['GET', '/probe/viewer'],
      ['POST', '/probe/operator'],
      ['POST', '/probe/admin'],
    ] as const;
    const table: Record<string, number[]> = {};
    for (const role of ['viewer', 'operator', 'admin']) {
      table[role] = [];
      for (const [method, path] of routes) table[role].push((await app.call('ins-a', role, method, path)).status);
    }
    expect(table).toEqual({ viewer: [200, 403, 403], operator: [200, 201, 403], admin: [200, 201, 201] });
  });

  it('says which role is missing and who can help', async () => {
    const { body } = await app.call('ins-a', 'viewer', 'POST', '/probe/operator');
    expect(body.code).toBe('FORBIDDEN');
    expect(body.detail).toBe(
      'Your role (viewer) may not do this; it needs operator. Ask an administrator of the marketplace.',
    );
  });

  it('closes a route that names no role, to everybody', async () => {
    expect((await app.raw('GET', '/probe/forgotten')).status).toBe(403);
    expect((await app.call('ins-a', 'admin', 'GET', '/probe/forgotten')).body.code).toBe('FORBIDDEN');
  });

  it('leaves public routes open, and a role on a method closes it again', async () => {
    expect((await app.raw('GET', '/probe/public')).status).toBe(200);
    expect((await app.raw('GET', '/lobby/door')).status).toBe(200);
    expect((await app.raw('GET', '/lobby/office')).status).toBe(401);
    expect((await app.call('ins-a', 'operator', 'GET', '/lobby/office')).status).toBe(403);
    expect((await app.call('ins-a', 'admin', 'GET', '/lobby/office')).status).toBe(200);
  });

  it('tells nobody anything of tokens or secrets in an answer', async () => {
    const token = await app.host.token('ins-a', { aud: 'another-extension' });
    const { body } = await app.raw('GET', '/probe/viewer', `Bearer ${token}`);
    expect(JSON.stringify(body)).not.toContain(token.split('.')[2]);
    expect(JSON.stringify(body)).not.toContain(app.host.secretOf('ins-a'));
  });
});
