import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import packageJson from '../../../package.json' with { type: 'json' };
import { AppConfig } from '../../../config/app-config.js';
import { Public } from '../../platform/tenancy/caller.js';
import { ICON, manifestOf, type Manifest } from './manifest.js';

/** What a marketplace reads before anybody installs (FEATURES INS-1). */
@ApiTags('host')
@Public()
@Controller()
export class ManifestController {
  constructor(private readonly config: AppConfig) {}

  /** The manifest: who we are, where lifecycle calls and frames go, what can be set. */
  @Get('.well-known/marketplace-extension.json')
  @Header('cache-control', 'public, max-age=300')
  @ApiOperation({ summary: 'The manifest that a marketplace lists and installs the extension by' })
  @ApiOkResponse({ schema: { type: 'object' } })
  manifest(): Manifest {
    return manifestOf(this.config.publicUrl, packageJson.version);
  }

  /** The catalogue's picture; other origins may show it. */
  @Get('icon.svg')
  @Header('content-type', 'image/svg+xml')
  @Header('cache-control', 'public, max-age=86400')
  @Header('cross-origin-resource-policy', 'cross-origin')
  @ApiOperation({ summary: 'The icon of the catalogue' })
  @ApiOkResponse({ content: { 'image/svg+xml': { schema: { type: 'string' } } } })
  icon(): string {
    return ICON;
  }
}
