import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
let installationId: string;
let connectionId: string;
let c: string;

beforeAll(async () => {
  app = await startTestApp();
  installationId = await app.install();
  // In USD the seed has few subscriptions.
  connectionId = await app.connect('USD');
  c = `/connections/${connectionId}`;
});
afterAll(async () => await app.close());

describe('checks over HTTP', () => {
  it('start with 202 and a job that can be watched to its end, listed with what it found', async () => {
    const never = (await app.as('viewer').get(`${c}/dashboard`)).body;
    expect(never).toMatchObject({
      tasks: { total: 0 },
      lastCheck: null,
      lastCheckAt: null,
      runningCheck: null,
      runningJobs: [],
    });
    const started = await app.as('operator').post(`${c}/check`);
    expect(started.status).toBe(202);
    const { jobId } = started.body;
    const again = await app.as('operator').post(`${c}/check`);
    expect(again.status).toBe(202);
    const job = await app.job(jobId);
    expect(job).toMatchObject({ id: jobId, name: 'check', connectionId, state: 'done', step: null, left: 0 });
    expect(job.done + job.failed + job.returned + job.left).toBe(job.total);
    expect(job.result.newTasks).toBeGreaterThan(0);
    const list = await app.as('viewer').get(`${c}/checks?pageSize=1`);
    expect(list.status).toBe(200);
    expect(list.body).toMatchObject({ page: 1, pageSize: 1, items: [{ name: 'check' }] });
    await app.job(again.body.jobId);
  });

  it('show their numbers on the dashboard', async () => {
    const { body } = await app.as('viewer').get(`${c}/dashboard`);
    const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);
    expect(body.tasks.total).toBeGreaterThan(0);
    expect(sum(body.tasks.byState)).toBe(body.tasks.total);
    expect(sum(body.tasks.byType)).toBe(body.tasks.total);
    expect(body).toMatchObject({ runningCheck: null, lastCheck: { state: 'done' }, nextCheckAt: null });
    expect(body.lastSweepAt).toBe(body.lastCheckAt);
    // Euro orders of the last month wait for a connection of their own.
    expect(body.ordersWithoutConnection.byCurrency).toEqual([
      { currency: 'EUR', count: body.ordersWithoutConnection.total },
    ]);
    expect(body.ordersWithoutConnection.total).toBeGreaterThan(0);
  });

  it('make no task and no Autotask request when there is nothing new', async () => {
    const before = (await app.as('viewer').get(`${c}/dashboard`)).body.tasks.total;
    await app.sandbox('autotask', 'DELETE', '/requests');
    const job = await app.job((await app.as('operator').post(`${c}/check`)).body.jobId);
    expect(job).toMatchObject({ state: 'done', result: { newTasks: 0 } });
    expect((await app.as('viewer').get(`${c}/dashboard`)).body.tasks.total).toBe(before);
    expect((await app.sandbox('autotask', 'GET', '/requests')).items).toEqual([]);
  });

  it('are planned at once: no new task is left without its next step', async () => {
    const { body } = await app.as('viewer').get(`${c}/dashboard`);
    expect(body.tasks.byState.pending).toBe(0);
  });

  it('pause the connection when the marketplace refuses the sign-in, and go on after it is mended', async () => {
    const fault = { method: 'POST', path: '/marketplace/token', times: 5, kind: 'status', status: 401, body: {} };
    await app.sandbox('marketplace', 'DELETE', '/tokens');
    await app.sandbox('marketplace', 'POST', '/faults', fault);
    const job = await app.job((await app.as('operator').post(`${c}/check`)).body.jobId);
    expect(job).toMatchObject({ state: 'failed', failure: { code: 'MARKETPLACE_CREDENTIALS_WRONG' } });
    const { body } = await app.as('viewer').get(c);
    expect(body.pause).toMatchObject({ code: 'MARKETPLACE_CREDENTIALS_WRONG' });
    const refused = await app.job((await app.as('operator').post(`${c}/check`)).body.jobId);
    expect(refused).toMatchObject({ state: 'failed', failure: { code: 'CONNECTION_PAUSED' } });
    await app.sandbox('marketplace', 'DELETE', '/faults');
    await app.database.sql(`update connection set paused_until = now() - interval '1 minute' where id = ?`, [
      connectionId,
    ]);
    const mended = await app.job((await app.as('operator').post(`${c}/check`)).body.jobId);
    expect(mended.state).toBe('done');
    expect((await app.as('viewer').get(c)).body.pause).toBeNull();
  });
});

describe('rights and tenants', () => {
  it('a viewer watches but neither starts nor stops', async () => {
    const viewer = app.as('viewer');
    expect((await viewer.post(`${c}/check`)).status).toBe(403);
    const { items } = (await viewer.get(`${c}/checks`)).body;
    expect((await viewer.get(`/jobs/${items[0].id}`)).status).toBe(200);
    const stop = await viewer.delete(`/jobs/${items[0].id}`);
    expect(stop).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  });

  it('another installation sees neither the connection nor its jobs', async () => {
    const { installationId: other } = await app.sandbox('marketplace', 'POST', '/install', {
      baseUrl: app.url,
      accountId: 'acc-other',
    });
    expect(other).not.toBe(installationId);
    const job = (await app.as('viewer').get(`${c}/checks`)).body.items[0];
    const stranger = app.as('admin', other);
    for (const answer of [
      await stranger.post(`${c}/check`),
      await stranger.get(`${c}/checks`),
      await stranger.get(`${c}/dashboard`),
      await stranger.get(`/jobs/${job.id}`),
      await stranger.delete(`/jobs/${job.id}`),
    ])
      expect(answer).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });

  it('ids that are none, ended jobs and wrong pages get their own answers', async () => {
    const operator = app.as('operator');
    const job = (await operator.get(`${c}/checks`)).body.items[0];
    expect(await operator.get('/jobs/not-an-id')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect(await operator.get(`/jobs/${randomUUID()}`)).toMatchObject({ status: 404 });
    expect(await operator.post('/connections/not-an-id/check')).toMatchObject({ status: 404 });
    expect(await operator.delete(`/jobs/${job.id}`)).toMatchObject({ status: 409, body: { code: 'JOB_ENDED' } });
    expect(await operator.get(`${c}/checks?pageSize=1000`)).toMatchObject({
      status: 400,
      body: { code: 'INPUT_INVALID' },
    });
  });

  it('a check of a connection that is switched off is refused', async () => {
    await app.database.sql('update connection set enabled = false where id = ?', [connectionId]);
    const refused = await app.as('operator').post(`${c}/check`);
    expect(refused).toMatchObject({ status: 409, body: { code: 'CONNECTION_DISABLED' } });
  });
});
