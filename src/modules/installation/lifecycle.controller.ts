import { Controller, Headers, HttpCode, Param, Post, Req, type RawBodyRequest } from '@nestjs/common';
import { ApiHeader, ApiNoContentResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { notFound } from '../../platform/http/problem.js';
import { Public } from '../../platform/tenancy/caller.js';
import { LIFECYCLE_EVENTS, type LifecycleEventType } from './lifecycle.dto.js';
import { LifecycleService } from './lifecycle.service.js';
import { LifecycleVerifier } from './lifecycle.verifier.js';

/** What the host tells about installations, outside the API's prefix (DESIGN §10). Public, but each call is signed. */
@ApiTags('host')
@Public()
@Controller('lifecycle')
export class LifecycleController {
  constructor(
    private readonly verifier: LifecycleVerifier,
    private readonly lifecycle: LifecycleService,
  ) {}

  /**
   * Takes a lifecycle event. Delivering it again answers 204 as well and changes nothing.
   *
   * @throws Problem as `LifecycleVerifier.verify` and `LifecycleService.apply`; NOT_FOUND for an unknown event.
   */
  @Post(':event')
  @HttpCode(204)
  @ApiOperation({ summary: 'A lifecycle event of the host, signed by JWKS with the hash of its body' })
  @ApiParam({ name: 'event', enum: LIFECYCLE_EVENTS })
  @ApiHeader({ name: 'authorization', description: 'Bearer with the ES256 or RS256 signature of the call' })
  @ApiNoContentResponse({ description: 'Applied, or applied before' })
  async receive(
    @Param('event') event: string,
    @Req() request: RawBodyRequest<Request>,
    @Headers('authorization') authorization?: string,
  ): Promise<void> {
    if (!isLifecycleEvent(event)) throw notFound('This lifecycle event');
    await this.lifecycle.apply(await this.verifier.verify(event, request.rawBody, authorization));
  }
}

function isLifecycleEvent(text: string): text is LifecycleEventType {
  return (LIFECYCLE_EVENTS as readonly string[]).includes(text);
}
