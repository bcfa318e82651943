import { existsSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { Database } from '../database/database.js';
import { Public } from '../tenancy/caller.js';
import { notFound } from './problem.js';

/** Where the page's files stand, seen from the working folder in development and in the image alike. */
const PAGE_FOLDER = join(process.cwd(), 'ui');

/** Serves the page. Only the installation's own host may frame it (DESIGN §11). */
@ApiExcludeController()
@Public()
@Controller()
export class PageController {
  constructor(private readonly database: Database) {}

  /** The page for one installation; an unknown or uninstalled one gets a page that nobody can frame. */
  @Get()
  async page(@Res() response: Response, @Query('installationId') installationId?: string): Promise<void> {
    const host = typeof installationId === 'string' ? await this.hostOf(installationId) : undefined;
    response
      .setHeader(
        'content-security-policy',
        [
          "default-src 'none'",
          "script-src 'self'",
          "style-src 'self'",
          "img-src 'self' data:",
          "connect-src 'self'",
          "base-uri 'none'",
          "form-action 'none'",
          `frame-ancestors ${host ?? "'none'"}`,
        ].join('; '),
      )
      .setHeader('cache-control', 'no-store')
      .sendFile(join(PAGE_FOLDER, 'index.html'));
  }

  /** A script, style or picture of the page. */
  @Get('assets/*path')
  asset(@Res() response: Response, @Param('path') path: string | string[]): void {
    const relative = normalize(Array.isArray(path) ? path.join('/') : path);
    const file = join(PAGE_FOLDER, 'assets', relative);
    if (relative.startsWith('..') || !existsSync(file)) throw notFound('This file');
    response.sendFile(file);
  }

  private async hostOf(installationId: string): Promise<string | undefined> {
    const [row] = await this.database.sql<{ host_origin: string }>(
      `select host_origin from installation where id = ? and status <> 'uninstalled'`,
      [installationId],
    );
    // An origin and nothing else: a stored value can never add a directive of its own.
    return row && /^https?:\/\/[\w.-]+(:\d+)?$/.test(row.host_origin) ? row.host_origin : undefined;
  }
}
