import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { AppConfig } from '../../../config/app-config.js';
import { Database } from '../database/database.js';
import { Public } from '../tenancy/caller.js';
import { notFound } from './problem.js';

/** What is said where the page's files are missing: the API works without them. */
const NOT_BUILT =
  '<!doctype html><html lang="en"><title>psa-sync</title><h1>The page is not built: npm run build</h1></html>';

/** Serves the page. Only the installation's own host may frame it (DESIGN §11). */
@ApiExcludeController()
@Public()
@Controller()
export class PageController {
  constructor(
    private readonly database: Database,
    private readonly config: AppConfig,
  ) {}

  /**
   * The page for one installation; an unknown or uninstalled one gets a page that nobody can frame. The document names the
   * host, so that the page hears nobody else, and the nonce of the few styles that are made while it runs.
   */
  @Get()
  async page(@Res() response: Response, @Query('installationId') installationId?: string): Promise<void> {
    const host = typeof installationId === 'string' ? await this.hostOf(installationId) : undefined;
    const nonce = randomBytes(16).toString('base64url');
    response
      .setHeader(
        'content-security-policy',
        [
          "default-src 'none'",
          "script-src 'self'",
          `style-src 'self' 'nonce-${nonce}'`,
          "img-src 'self' data:",
          "connect-src 'self'",
          "base-uri 'none'",
          "form-action 'none'",
          `frame-ancestors ${host ?? "'none'"}`,
        ].join('; '),
      )
      .setHeader('cache-control', 'no-store')
      .type('html')
      .send(
        this.html()
          .replace('%HOST%', host ?? '')
          .replace('%NONCE%', nonce),
      );
  }

  /** A script, style or picture of the page. Their names change with their content, so they are kept for ever. */
  @Get('assets/*path')
  asset(@Res() response: Response, @Param('path') path: string | string[]): void {
    const relative = normalize(Array.isArray(path) ? path.join('/') : path);
    const root = join(this.config.pageDir, 'assets');
    if (relative.startsWith('..') || !existsSync(join(root, relative))) throw notFound('This file');
    response.sendFile(relative, { root, immutable: true, maxAge: '365d' });
  }

  /** The picture the catalogue shows. */
  @Get('icon.svg')
  icon(@Res() response: Response): void {
    if (!existsSync(join(this.config.pageDir, 'icon.svg'))) throw notFound('This file');
    response.sendFile('icon.svg', { root: this.config.pageDir, maxAge: '1d' });
  }

  private html(): string {
    const file = join(this.config.pageDir, 'index.html');
    return existsSync(file) ? readFileSync(file, 'utf8') : NOT_BUILT;
  }

  private async hostOf(installationId: string): Promise<string | undefined> {
    const [row] = await this.database.sql<{ host_origin: string }>(
      `select host_origin from installation where id = ? and status <> 'uninstalled'`,
      [installationId],
    );
    // An origin and nothing else: a stored value can never add a directive or markup of its own.
    return row && /^https?:\/\/[\w.-]+(:\d+)?$/.test(row.host_origin) ? row.host_origin : undefined;
  }
}
