import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentCaller, NeedsRole, type Caller } from '../../../platform/tenancy/caller.js';
import { OperationResolution } from '../operation-resolution.service.js';
import { ContractChoicesView } from '../../mapping/subscriptions/subscription.dto.js';
import { TaskContracts } from '../task-contracts.service.js';
import { TaskConfirmation } from '../task-confirmation.service.js';
import { TaskDrafts } from '../task-drafts.service.js';
import { TaskMappings } from '../task-mappings.service.js';
import { TaskPlanning } from '../task-planning.service.js';
import { TaskQueries } from '../task-queries.service.js';
import { choicesOf } from './choices.dto.js';
import { PlanTaskDto, ResolveOperationDto, SaveDraftDto, SyncOneDto } from './task.dto.js';
import { Accepted, DraftView } from './outcome.view.js';
import { SyncPlanView } from './plan.view.js';
import { TaskMappingsView } from './task-mappings.view.js';
import { TaskDetail } from './task.view.js';

/** One task: its detail, its wizard, its preview and its run (FEATURES D). */
@ApiTags('tasks')
@ApiBearerAuth()
@Controller('tasks')
export class TasksController {
  constructor(
    private readonly queries: TaskQueries,
    private readonly planning: TaskPlanning,
    private readonly contracts: TaskContracts,
    private readonly mappings: TaskMappings,
    private readonly confirmation: TaskConfirmation,
    private readonly drafts: TaskDrafts,
    private readonly resolution: OperationResolution,
  ) {}

  /** Everything about a task, with each attempt of each write. */
  @Get(':taskId')
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'A task' })
  @ApiOkResponse({ type: TaskDetail })
  async detail(@CurrentCaller() caller: Caller, @Param('taskId') taskId: string): Promise<TaskDetail> {
    return await this.queries.detail(caller.installationId, taskId);
  }

  /** Contracts of the customer's companies for this task's day, suitable ones first, each other one with its reasons. */
  @Get(':taskId/contracts')
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'Contracts a task can go to' })
  @ApiOkResponse({ type: ContractChoicesView })
  async contractChoices(
    @CurrentCaller() caller: Caller,
    @Param('taskId') taskId: string,
  ): Promise<ContractChoicesView> {
    return await this.contracts.choices(caller.installationId, taskId);
  }

  /** The customer and the products of a task, with their mappings and suggestions: what the wizard's first steps need. */
  @Get(':taskId/mappings')
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'Mappings of what a task names' })
  @ApiOkResponse({ type: TaskMappingsView })
  async mappingsOf(@CurrentCaller() caller: Caller, @Param('taskId') taskId: string): Promise<TaskMappingsView> {
    return await this.mappings.of(caller.installationId, taskId);
  }

  /** The plan as it would run now, fresh from Autotask. Stores nothing. */
  @Post(':taskId/plan')
  @HttpCode(200)
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'Preview a task' })
  @ApiOkResponse({ type: SyncPlanView })
  async plan(
    @CurrentCaller() caller: Caller,
    @Param('taskId') taskId: string,
    @Body() body: PlanTaskDto,
  ): Promise<SyncPlanView> {
    return await this.planning.plan(caller.installationId, taskId, body.choices && choicesOf(body.choices));
  }

  /** Runs the plan with this hash in the background. Repeating it does nothing again. */
  @Post(':taskId/sync')
  @HttpCode(202)
  @NeedsRole('operator')
  @ApiOperation({ summary: 'Sync a task' })
  @ApiAcceptedResponse({ type: Accepted })
  async sync(
    @CurrentCaller() caller: Caller,
    @Param('taskId') taskId: string,
    @Body() body: SyncOneDto,
  ): Promise<Accepted> {
    return await this.confirmation.confirm(caller, taskId, body.planHash, body.choices && choicesOf(body.choices));
  }

  /** Where somebody stands in the wizard. */
  @Get(':taskId/draft')
  @NeedsRole('operator')
  @ApiOperation({ summary: "A task's draft" })
  @ApiOkResponse({ type: DraftView })
  async draft(@CurrentCaller() caller: Caller, @Param('taskId') taskId: string): Promise<DraftView> {
    return await this.drafts.read(caller.installationId, taskId);
  }

  /** Saves the wizard's answers. 409 DRAFT_CONFLICT with both versions when somebody else saved meanwhile. */
  @Put(':taskId/draft')
  @NeedsRole('operator')
  @ApiOperation({ summary: "Save a task's draft" })
  @ApiOkResponse({ type: DraftView })
  async saveDraft(
    @CurrentCaller() caller: Caller,
    @Param('taskId') taskId: string,
    @Body() body: SaveDraftDto,
  ): Promise<DraftView> {
    const { step, version } = body;
    return await this.drafts.save(caller, taskId, { step, version, choices: choicesOf(body.choices) });
  }

  /** A person's word for a write that can neither be proven nor disproven. */
  @Post(':taskId/operations/:operationId/resolve')
  @HttpCode(200)
  @NeedsRole('operator')
  @ApiOperation({ summary: 'Decide about an uncertain write' })
  @ApiOkResponse({ type: TaskDetail })
  async resolve(
    @CurrentCaller() caller: Caller,
    @Param('taskId') taskId: string,
    @Param('operationId') operationId: string,
    @Body() body: ResolveOperationDto,
  ): Promise<TaskDetail> {
    const task = await this.resolution.resolve(caller, taskId, operationId, body.verdict, body.note);
    return await this.queries.detail(caller.installationId, task.id);
  }
}
