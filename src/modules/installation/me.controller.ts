import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentCaller, NeedsRole, type Caller } from '../../platform/tenancy/caller.js';
import { InstallationService } from './installation.service.js';
import { MeView } from './installation.view.js';

/** Who is signed in. */
@ApiTags('installation')
@ApiBearerAuth()
@Controller('me')
export class MeController {
  constructor(private readonly installations: InstallationService) {}

  /** The caller, the installation and what the marketplace handed over at the install, without its secrets. */
  @Get()
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'Who is signed in, and for which installation' })
  @ApiOkResponse({ type: MeView })
  async me(@CurrentCaller() caller: Caller): Promise<MeView> {
    return await this.installations.me(caller);
  }
}
