/** A mistake of one line that the crash harness or the executor's tests must notice. */
export interface Mutant {
  name: string;
  file: string;
  /** Occurs once in the file. */
  find: string;
  replace: string;
  /** The smallest test that turns red: an argument list of vitest or of `npm run crash`. */
  notices: { vitest: string[] } | { crash: string[] };
}

const execution = 'src/modules/sync-task/execution';
const crash = { crash: ['--runs', '30', '--until-wrong'] };
const order = { vitest: ['--project', 'app', 'test/integration/executor'] };

/** Each takes away one of the promises of DESIGN §7. */
export const EXECUTOR_MUTANTS: readonly Mutant[] = [
  {
    name: 'a row that is about to be sent does not say so',
    file: `${execution}/operation-journal.service.ts`,
    find: `?, 'sending', ?::jsonb, ?::jsonb, ?::jsonb, ?::jsonb, ?, ?, ?, clock_timestamp()`,
    replace: `?, 'not_applied', ?::jsonb, ?::jsonb, ?::jsonb, ?::jsonb, ?, ?, ?, clock_timestamp()`,
    notices: order,
  },
  {
    name: 'an unanswered write is taken for not applied',
    file: `${execution}/write-outcome.ts`,
    find: `if (error.outcome === 'unknown') return { next: 'prove', code, message, texts };`,
    replace: `if (error.outcome === 'unknown') return { next: 'later', waitMs: undefined, code, message, pause: false };`,
    notices: crash,
  },
  {
    name: 'an attempt that is not seen counts as never arrived before the settle time',
    file: `${execution}/operation-proof.ts`,
    find: `return settled ? { verdict: 'not_applied' } : { verdict: 'wait' };`,
    replace: `return { verdict: 'not_applied' };`,
    notices: crash,
  },
  {
    name: 'units that are not seen count as never arrived before the settle time',
    file: `${execution}/operation-proof.ts`,
    find: `if (!settled) return { verdict: 'wait' };`,
    replace: ``,
    notices: crash,
  },
  {
    name: 'an earlier attempt without outcome is not proven first',
    file: `${execution}/task-runner.service.ts`,
    find: `return (await this.proveOpen(scope, task)) ?? (await this.write(scope, task));`,
    replace: `return await this.write(scope, task);`,
    notices: crash,
  },
  {
    name: 'any answer that got lost is taken for applied',
    file: `${execution}/operation-sender.service.ts`,
    find: `const { verdict, now } = proof;`,
    replace: `const { verdict, now } = { ...proof, verdict: { verdict: 'applied' as 'applied' | 'not_applied' | 'wait', resultId: undefined } as typeof proof.verdict };`,
    notices: crash,
  },
  {
    name: 'writes are retried like reads',
    file: 'src/adapters/autotask/retry-policy.ts',
    find: `if (tried.isWrite || tried.attempt >= MAX_ATTEMPTS) return false;`,
    replace: `if (tried.attempt >= MAX_ATTEMPTS) return false;`,
    notices: { vitest: ['--project', 'fast', 'src/adapters/autotask/retry-policy.spec.ts'] },
  },
  {
    name: 'a lost answer looks like an unreachable server',
    file: 'src/adapters/autotask/autotask.errors.ts',
    find: `return context.isWrite ? new AutotaskOutcomeUnknownError(details) : new AutotaskUnreachableError(details);`,
    replace: `return new AutotaskUnreachableError(details);`,
    notices: crash,
  },
  {
    name: 'no fence: the journal row does not ask for the lease',
    file: `${execution}/operation-journal.service.ts`,
    find: `where c.installation_id = ? and c.id = ? and c.lease_owner = ?
           and c.lease_until > clock_timestamp() + ? * interval '1 millisecond'`,
    replace: `where c.installation_id = ? and c.id = ? and (c.lease_owner = ? or true)
           and (c.lease_until > clock_timestamp() + ? * interval '1 millisecond' or true)`,
    notices: order,
  },
  {
    name: 'the lane is not asked for',
    file: `${execution}/operation-journal.service.ts`,
    find: `and ((o.lane = ? and o.state in ('sending', 'uncertain'))`,
    replace: `and ((o.lane = ? and o.state in ('uncertain') and false)`,
    notices: order,
  },
  {
    name: 'a proven operation may be begun again',
    file: `${execution}/operation-journal.service.ts`,
    find: `or (o.task_id = t.id and o.operation_key = ? and o.state = 'applied')))`,
    replace: `or (o.task_id = t.id and o.operation_key = ? and false)))`,
    notices: order,
  },
  {
    name: 'the outcome is written without the ledger',
    file: `${execution}/attempt-settlement.service.ts`,
    find: `await this.writeSteps(em, row);`,
    replace: ``,
    notices: order,
  },
  {
    name: 'a later task does not wait for an older one',
    file: `${execution}/runnable-tasks.service.ts`,
    find: `and not exists (select 1 from sync_task o where o.installation_id = t.installation_id
           and o.connection_id = t.connection_id and o.subscription_id = t.subscription_id
           and o.state in (\${OPEN}) and \${isOlder('o', 't')})
       order by t.effective_date`,
    replace: `order by t.effective_date`,
    notices: order,
  },
  {
    name: 'tasks left running by a dead process are not handed back',
    file: `${execution}/sync-executor.service.ts`,
    find: `await this.runnable.handBackOrphans(connection, owner);`,
    replace: ``,
    notices: crash,
  },
  {
    name: 'nobody comes back for a task whose waiting ended meanwhile',
    file: `${execution}/sync-executor.service.ts`,
    find: `if ((await this.runnable.next(connection, 1)).length === 0) return at;`,
    replace: `if (at === undefined) return at;`,
    notices: { vitest: ['--project', 'app', 'test/integration/executor-comes-back.spec.ts'] },
  },
  {
    name: 'the plan is not compared with the confirmed one',
    file: 'src/modules/sync-task/confirmation.ts',
    find: `if (!isByPolicy(confirmation)) return plan.hash === confirmation.confirmedHash ? undefined : CHANGED;`,
    replace: `if (!isByPolicy(confirmation)) return undefined;`,
    notices: order,
  },
  {
    name: 'four requests at once',
    file: 'src/adapters/autotask/request-gate.ts',
    find: `export const IN_FLIGHT_PER_ENDPOINT = 3;`,
    replace: `export const IN_FLIGHT_PER_ENDPOINT = 4;`,
    notices: { vitest: ['--project', 'app', 'test/integration/shared-limits.spec.ts'] },
  },
];
