import { setTimeout as wait } from 'node:timers/promises';
import { Controller, Get, Headers, Req, Res, type BeforeApplicationShutdown } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { CurrentCaller, NeedsRole, type AuthenticatedRequest, type Caller } from '../tenancy/caller.js';
import { ChangeFeed, type Change } from './change-feed.service.js';

const LOOK_EVERY_MS = 1000;
const SIGN_OF_LIFE_MS = 15_000;

/** Live changes for the open page (DESIGN §10, reference/page-design §5.2). */
@ApiTags('events')
@ApiBearerAuth()
@Controller('events')
export class EventsController implements BeforeApplicationShutdown {
  private readonly open = new Set<AbortController>();

  constructor(private readonly feed: ChangeFeed) {}

  /**
   * A stream of server-sent events until the token ends. `change` carries `{kind, connectionId, ids}`; `reset` means that
   * the given place is too old, so that everything shown must be read again. Each event's id is the place to resume from.
   */
  @Get()
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'Changes as they happen, ids only' })
  @ApiProduces('text/event-stream')
  @ApiOkResponse({ description: 'text/event-stream' })
  async stream(
    @CurrentCaller() caller: Caller,
    @Req() request: AuthenticatedRequest,
    @Res() response: Response,
    @Headers('last-event-id') lastEventId?: string,
  ): Promise<void> {
    // The first look comes before the first byte, so that a failing database is still an ordinary problem answer.
    let { changes, cursor, lost } = lastEventId
      ? await this.feed.since(caller.installationId, lastEventId)
      : { changes: [] as Change[], cursor: await this.feed.now(), lost: false };
    const ended = new AbortController();
    this.open.add(ended);
    response.once('close', () => ended.abort());
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    let spoke = Date.now();
    const say = (event: string, data: unknown): void => {
      response.write(`event: ${event}\nid: ${cursor}\ndata: ${JSON.stringify(data)}\n\n`);
      spoke = Date.now();
    };
    say(lost ? 'reset' : 'hello', {});
    try {
      while (!ended.signal.aborted && Date.now() < (request.tokenExpiresAt?.getTime() ?? 0)) {
        for (const change of changes) say('change', change);
        if (changes.length === 0) await wait(LOOK_EVERY_MS, undefined, { signal: ended.signal });
        ({ changes, cursor, lost } = await this.feed.since(caller.installationId, cursor));
        if (lost) say('reset', {});
        if (Date.now() - spoke > SIGN_OF_LIFE_MS) say('alive', {});
      }
    } catch (error) {
      if (!ended.signal.aborted) response.destroy(error as Error);
    } finally {
      this.open.delete(ended);
      response.end();
    }
  }

  /** An open stream must not hold up the end of the process. */
  beforeApplicationShutdown(): void {
    for (const ended of this.open) ended.abort();
  }
}
