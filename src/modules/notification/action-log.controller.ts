import { Readable } from 'node:stream';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { CurrentCaller, NeedsRole, type Caller } from '../../platform/tenancy/caller.js';
import { ActionLogReader } from './action-log-reader.service.js';
import { ActionLogPage, ActionLogQuery } from './action-log.dto.js';

/** Who did what, when, to which end (FEATURES LOG-1). Append-only: there is nothing to edit or delete. */
@ApiTags('action log')
@ApiBearerAuth()
@Controller('action-log')
export class ActionLogController {
  constructor(private readonly log: ActionLogReader) {}

  /** A page as JSON, newest first; with `format=csv` or `Accept: text/csv` everything that matches as a file. */
  @Get()
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'The Action Log, as a page or as CSV' })
  @ApiProduces('application/json', 'text/csv')
  @ApiOkResponse({ type: ActionLogPage })
  async list(
    @CurrentCaller() caller: Caller,
    @Query() query: ActionLogQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const asFile = query.format === 'csv' || (query.format === undefined && request.accepts(['json', 'csv']) === 'csv');
    if (!asFile) {
      response.json(await this.log.page(caller.installationId, query));
      return;
    }
    response
      .type('text/csv; charset=utf-8')
      .setHeader('content-disposition', 'attachment; filename="psa-sync-action-log.csv"')
      .setHeader('cache-control', 'no-store');
    await new Promise<void>((resolve, reject) => {
      Readable.from(this.log.csv(caller.installationId, query))
        .once('error', reject)
        .pipe(response)
        .once('finish', resolve)
        // Somebody who stops the download is no error of ours.
        .once('close', resolve);
    });
  }
}
