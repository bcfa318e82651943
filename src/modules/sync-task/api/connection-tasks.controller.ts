import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentCaller, NeedsRole, type Caller } from '../../../platform/tenancy/caller.js';
import { BulkConfirmation } from '../bulk-confirmation.service.js';
import { TaskIgnoring } from '../task-ignoring.service.js';
import { TaskQueries } from '../task-queries.service.js';
import { TaskSelection } from '../task-selection.service.js';
import { IgnoreTasksDto, RestoreTasksDto, SyncManyDto, TaskQuery, TaskSelectionDto } from './task.dto.js';
import { BulkAccepted, IgnoreResult, TaskSelectionView } from './outcome.view.js';
import { TaskPage } from './task.view.js';

/** The tasks of a connection (DESIGN §10). */
@ApiTags('tasks')
@ApiBearerAuth()
@Controller('connections/:connectionId/tasks')
export class ConnectionTasksController {
  constructor(
    private readonly queries: TaskQueries,
    private readonly bulk: BulkConfirmation,
    private readonly ignoring: TaskIgnoring,
    private readonly selection: TaskSelection,
  ) {}

  /** A page, oldest first; sorts by effectiveDate, createdAt, updatedAt or customer. */
  @Get()
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'Tasks, filtered' })
  @ApiOkResponse({ type: TaskPage })
  async list(
    @CurrentCaller() caller: Caller,
    @Param('connectionId') connectionId: string,
    @Query() query: TaskQuery,
  ): Promise<TaskPage> {
    return await this.queries.page(caller.installationId, connectionId, query);
  }

  /** Counts and amounts of tasks by id or filter, before anything is done with them; writes nothing. */
  @Post('selection')
  @HttpCode(200)
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'What a selection of tasks comes to' })
  @ApiOkResponse({ type: TaskSelectionView })
  async select(
    @CurrentCaller() caller: Caller,
    @Param('connectionId') connectionId: string,
    @Body() body: TaskSelectionDto,
  ): Promise<TaskSelectionView> {
    return await this.selection.summary(caller.installationId, connectionId, body);
  }

  /** Accepts many tasks, whatever their plans are, within the policy. 409 COUNT_CHANGED when other ones match now. */
  @Post('sync')
  @HttpCode(202)
  @NeedsRole('operator')
  @ApiOperation({ summary: 'Sync many tasks in the background' })
  @ApiAcceptedResponse({ type: BulkAccepted })
  async sync(
    @CurrentCaller() caller: Caller,
    @Param('connectionId') connectionId: string,
    @Body() body: SyncManyDto,
  ): Promise<BulkAccepted> {
    return await this.bulk.confirmMany(caller, connectionId, body);
  }

  /** Takes tasks out of the way, with a reason. 409 COUNT_CHANGED when other ones match now. */
  @Post('ignore')
  @HttpCode(200)
  @NeedsRole('operator')
  @ApiOperation({ summary: 'Ignore tasks' })
  @ApiOkResponse({ type: IgnoreResult })
  async ignore(
    @CurrentCaller() caller: Caller,
    @Param('connectionId') connectionId: string,
    @Body() body: IgnoreTasksDto,
  ): Promise<IgnoreResult> {
    return await this.ignoring.ignore(caller, connectionId, body);
  }

  /** Brings ignored or superseded tasks back. */
  @Post('restore')
  @HttpCode(200)
  @NeedsRole('operator')
  @ApiOperation({ summary: 'Restore tasks' })
  @ApiOkResponse({ type: IgnoreResult })
  async restore(
    @CurrentCaller() caller: Caller,
    @Param('connectionId') connectionId: string,
    @Body() body: RestoreTasksDto,
  ): Promise<IgnoreResult> {
    return await this.ignoring.restore(caller, connectionId, body.taskIds);
  }
}
