import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PageQuery } from '../../platform/http/page.js';
import { CurrentCaller, NeedsRole, type Caller } from '../../platform/tenancy/caller.js';
import { CreateConnectionDto, TestConnectionDto, UpdateConnectionDto } from './connection.dto.js';
import { ConnectionEditor } from './connection-editor.service.js';
import { ConnectionRemoval } from './connection-removal.service.js';
import { ConnectionService } from './connection.service.js';
import { ConnectionTrial } from './connection-trial.service.js';
import { ConnectionPage, ConnectionTestView, ConnectionView, RemovalView } from './connection.view.js';

/** Connections of the caller's installation: one Autotask instance and currency each (FEATURES INS-2 to INS-9). */
@ApiTags('connections')
@ApiBearerAuth()
@Controller('connections')
export class ConnectionsController {
  constructor(
    private readonly connections: ConnectionService,
    private readonly editor: ConnectionEditor,
    private readonly removal: ConnectionRemoval,
    private readonly trial: ConnectionTrial,
  ) {}

  /** Connections by alias, each with its state and how many tasks wait for a person. */
  @Get()
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'Connections by alias' })
  @ApiOkResponse({ type: ConnectionPage })
  async list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<ConnectionPage> {
    return await this.connections.list(caller.installationId, query);
  }

  /** Creates a connection, if both systems accept its access. */
  @Post()
  @NeedsRole('admin')
  @ApiOperation({ summary: 'Create a connection whose access works' })
  @ApiCreatedResponse({ type: ConnectionView })
  async create(@CurrentCaller() caller: Caller, @Body() body: CreateConnectionDto): Promise<ConnectionView> {
    return await this.connections.view(caller.installationId, await this.editor.create(caller, body));
  }

  /** Tries access to both systems, row by row, and stores nothing of it. */
  @Post('test')
  @HttpCode(200)
  @NeedsRole('admin')
  @ApiOperation({ summary: 'Test access, as it would be created or as it is stored' })
  @ApiOkResponse({ type: ConnectionTestView })
  async test(@CurrentCaller() caller: Caller, @Body() body: TestConnectionDto): Promise<ConnectionTestView> {
    return await this.trial.run(caller, body);
  }

  /** One connection in full, without any secret. */
  @Get(':id')
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'One connection' })
  @ApiOkResponse({ type: ConnectionView })
  async read(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<ConnectionView> {
    return await this.connections.view(caller.installationId, id);
  }

  /** Changes what the body names. */
  @Patch(':id')
  @NeedsRole('admin')
  @ApiOperation({ summary: 'Change a connection' })
  @ApiOkResponse({ type: ConnectionView })
  async update(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() body: UpdateConnectionDto,
  ): Promise<ConnectionView> {
    await this.editor.update(caller, id, body);
    return await this.connections.view(caller.installationId, id);
  }

  /** Removes it, or switches it off where it has history. */
  @Delete(':id')
  @NeedsRole('admin')
  @ApiOperation({ summary: 'Remove a connection, or switch it off where it has history' })
  @ApiOkResponse({ type: RemovalView })
  async remove(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<RemovalView> {
    return { outcome: await this.removal.remove(caller, id) };
  }
}
