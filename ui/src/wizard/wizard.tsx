import { Button } from '@mantine/core';
import { useEffect, useEffectEvent, useRef, useState, type ComponentType, type ReactNode } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { api, ApiProblem, ok } from '../api/client';
import { queryClient, useConnection, useMay, useMe } from '../app/queries';
import { Screen } from '../app/screen';
import * as format from '../format';
import { m } from '../messages';
import { actionTitle, TaskType, tint } from '../parts/badges';
import { Empty } from '../parts/empty';
import { ProblemNotice, useAct } from '../parts/problem';
import { refreshTasks, useTask, type TaskDetail } from '../tasks/data';
import { Sides } from '../tasks/panel';
import { ConfirmStep } from './confirm';
import { ContractStep } from './contract';
import { CustomerStep } from './customer';
import { Changed } from './changed';
import { usePlan, type Draft, type Plan, type StepProps } from './data';
import { askDraft, useDraft } from './draft';
import { LinesStep } from './lines';
import { isOver, nextStep, openStep, previousStep, stepOf, STEPS, type Step, type WizardFacts } from './machine';
import { prepare } from './parts';
import { ProductStep } from './product';
import { ResultStep } from './result';
import { StepBar } from './step-bar';

const BODIES: Record<Step, ComponentType<StepProps>> = {
  customer: CustomerStep,
  product: ProductStep,
  contract: ContractStep,
  lines: LinesStep,
  confirm: ConfirmStep,
};

/** The sync wizard: its step is in the address, its answers on the server (WIZ-1 to WIZ-7). */
export function WizardScreen({ conn }: { conn: string }): ReactNode {
  const { task: id, step } = useParams();
  const { data: task, error, refetch } = useTask(id!);
  const { data: me } = useMe();
  const [asked] = useState(() => {
    prepare(step, conn, id!);
    return me?.role === 'viewer' ? undefined : { id, draft: askDraft(id!) };
  });
  if (error)
    return (
      <Screen title={m.nav.tasks} kind="form">
        {error.status === 404 ? (
          <Empty title={m.wizard.gone}>
            <Link to={`/c/${conn}/tasks`}>{m.app.toTasks}</Link>
          </Empty>
        ) : (
          <ProblemNotice error={error} retry={() => void refetch()} />
        )}
      </Screen>
    );
  if (!task) return <Screen title={m.common.loading}>{null}</Screen>;
  return <Wizard key={task.id} conn={conn} task={task} asked={asked?.id === id ? asked?.draft : undefined} />;
}

function Wizard(props: { conn: string; task: TaskDetail; asked: Promise<Draft> | undefined }): ReactNode {
  const { conn, task, asked } = props;
  const { step: wanted } = useParams();
  const navigate = useNavigate();
  const me = useMe();
  const operator = useMay('operator');
  const readOnly = !operator;
  const currency = useConnection(conn)?.currency ?? '';
  const draft = useDraft(task.id, asked, wanted ?? '', readOnly || me.data === undefined, task.choices);
  const closed = isOver({ state: task.state, accepted: task.accepted !== null });
  // Each state, and each step that was written, makes another plan.
  const plan = usePlan(task.id, `${task.state} ${task.steps.length}`, closed ? undefined : draft.choices);
  const [redirected, setRedirected] = useState<string>();
  const [changed, setChanged] = useState<Plan>();
  const [missing, setMissing] = useState(false);
  const sync = useAct();
  const heading = useRef<HTMLHeadingElement>(null);
  const facts: WizardFacts = {
    state: task.state,
    accepted: task.accepted !== null,
    requiredActions: plan.data?.requiredActions ?? task.requiredActions,
    choices: draft.choices ?? {},
  };
  const known = closed || plan.data !== undefined;
  // What the task asked for when it was stored is what it most likely asks for still.
  const likely = openStep(wanted, facts);
  const step = known ? likely : undefined;
  const base = `/c/${conn}/tasks/${task.id}/sync`;

  useEffect(() => prepare(likely, conn, task.id), [likely, conn, task.id]);
  // A step that is not open yet gives way to the first open one, and says so.
  useEffect(() => {
    if (step === undefined || step === wanted) return;
    if (wanted && step !== 'result') setRedirected(m.wizard.redirected(m.wizard.steps[step]));
    void navigate(`${base}/${step}`, { replace: true });
  }, [step, wanted, base, navigate]);
  useEffect(() => {
    setMissing(false);
    if (step) heading.current?.focus({ preventScroll: true });
  }, [step]);

  const at = likely === 'result' ? STEPS.length : STEPS.indexOf(likely) + 1;
  const name = m.wizard.steps[likely];
  const order = task.orderNumber ?? task.subscriptionName;
  const readAgain = async (): Promise<void> => {
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: ['plan', task.id] }),
      queryClient.invalidateQueries({ queryKey: ['task', task.id] }),
    ]);
  };
  const [held, setHeld] = useState(0);
  const hold = (work: Promise<unknown>): void => {
    setHeld((n) => n + 1);
    void work.finally(() => setHeld((n) => n - 1));
  };
  const stale = plan.isFetching || plan.settling || held > 0;
  const open = plan.data?.requiredActions ?? [];
  const here = step && step !== 'result' ? open.filter((action) => stepOf(action) === step || step === 'confirm') : [];
  // What is missing is judged by the plan for what is on the screen, so going on waits for it.
  const [going, setGoing] = useState(false);
  const goOn = useEffectEvent((): void => {
    setGoing(false);
    if (!step || step === 'result') return;
    if (here.length > 0) {
      setMissing(true);
      return;
    }
    setRedirected(undefined);
    void navigate(`${base}/${nextStep(step, facts)}`);
  });
  useEffect(() => {
    if (going && !stale) goOn();
  }, [going, stale]);
  const confirm = (): void => {
    if (changed !== undefined) return;
    if (!plan.data || open.length > 0) {
      setMissing(true);
      return;
    }
    const hash = plan.data.hash;
    void sync.run(async () => {
      await draft.settle();
      try {
        await ok(
          api.POST('/api/v1/tasks/{taskId}/sync', {
            params: { path: { taskId: task.id } },
            body: { choices: draft.choices!, planHash: hash },
          }),
        );
        setChanged(undefined);
        refreshTasks(conn);
        // The result is that of the accepted task, not of the one before.
        await queryClient.refetchQueries({ queryKey: ['task', task.id] });
        await navigate(`${base}/result`);
      } catch (error) {
        if (!(error instanceof ApiProblem) || error.code !== 'PLAN_CHANGED') throw error;
        setChanged(plan.data);
        await queryClient.invalidateQueries({ queryKey: ['plan', task.id] });
      }
    });
  };
  const onKey = useEffectEvent((event: globalThis.KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.repeat || readOnly) return;
    if (document.querySelector('[role=dialog]')) return;
    if (step === 'confirm') confirm();
    else setGoing(true);
  });
  useEffect(() => {
    const press = (event: globalThis.KeyboardEvent): void => onKey(event);
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
  const Body = step && step !== 'result' ? BODIES[step] : undefined;

  return (
    <Screen
      title={`${m.types[task.type]} ${order}`}
      kind="form"
      documentTitle={likely === 'result' ? m.wizard.steps.result : m.wizard.title(at, STEPS.length, name)}
      status={
        <span>
          <Link to={`/c/${conn}/tasks`}>{m.nav.tasks}</Link> ·{' '}
          {likely === 'result' ? m.wizard.steps.result : m.wizard.step(at, STEPS.length)}
        </span>
      }
    >
      <div className="stack grow">
        <div className="row typed" style={tint(task.type)}>
          <TaskType task={task} />
          <strong className="wrap">{task.customerName}</strong>
        </div>
        {step !== 'result' && <StepBar base={base} step={step} facts={facts} />}
        <Sides task={task} currency={currency} plan={step === 'result' ? undefined : plan.data} />
        {me.data && readOnly && <p className="dim">{m.wizard.preview}</p>}
        {draft.theirs && (
          <div className="notice attention" role="alert">
            <p>
              {m.wizard.someoneElse(
                m.common.person(draft.theirs.updatedBy ?? ''),
                draft.theirs.updatedAt ? format.time(draft.theirs.updatedAt) : '',
              )}
            </p>
            <div className="row">
              <Button variant="default" onClick={draft.takeTheirs}>
                {m.wizard.takeTheirs}
              </Button>
              <Button variant="default" onClick={draft.keepMine}>
                {m.wizard.keepMine}
              </Button>
            </div>
          </div>
        )}
        {draft.present && step !== 'result' && (
          <p className="dim small row" role="status">
            {m.wizard.presence(
              m.common.person(draft.present.updatedBy ?? ''),
              STEPS.indexOf(draft.present.step as Step) + 1,
              format.time(draft.present.updatedAt ?? ''),
            )}
            {draft.presentIsNewer && (
              <button type="button" className="link" onClick={draft.takePresent}>
                {m.wizard.takeTheirs}
              </button>
            )}
          </p>
        )}
        {draft.error !== undefined && <ProblemNotice error={draft.error} retry={draft.again} />}
        {!closed && plan.error && <ProblemNotice error={plan.error} retry={() => void readAgain()} />}
        {step !== 'result' && step && (
          <div className="row between">
            <h2 ref={heading} tabIndex={-1}>
              <span className="hidden">{m.wizard.step(at, STEPS.length)}: </span>
              {name}
            </h2>
            <span className="row dim small">
              {plan.dataUpdatedAt > 0 && m.wizard.readFrom(format.time(new Date(plan.dataUpdatedAt).toISOString()))}
              <button type="button" className="link" onClick={() => void readAgain()}>
                {m.wizard.readAgain}
              </button>
            </span>
          </div>
        )}
        {redirected && <p className="dim small">{redirected}</p>}
        {missing && here.length > 0 && (
          <div className="notice bad" role="alert">
            <p className="strong">{m.wizard.missing}</p>
            <ul style={{ paddingInlineStart: 20 }}>
              {here.map((action, index) => (
                <li key={index}>
                  <Link to={`${base}/${stepOf(action)}`}>{actionTitle(action)}</Link>
                </li>
              ))}
            </ul>
          </div>
        )}
        {changed && plan.data && (
          <Changed
            before={changed}
            after={plan.data}
            onReview={() => {
              setChanged(undefined);
              heading.current?.focus();
            }}
          />
        )}
        {step === 'result' && <ResultStep conn={conn} task={task} currency={currency} />}
        {Body && plan.data && draft.choices && (
          <Body
            key={step}
            conn={conn}
            currency={currency}
            task={task}
            plan={plan.data}
            planning={stale}
            choices={draft.choices}
            readOnly={readOnly}
            choose={draft.choose}
            readAgain={readAgain}
            hold={hold}
          />
        )}
        {!known && !plan.error && <Empty title={m.wizard.reading} />}
        {sync.error !== undefined && <ProblemNotice error={sync.error} />}
      </div>
      {Body && (
        <div className="foot">
          {step !== 'customer' && step && step !== 'result' && (
            <Button variant="default" component={Link} to={`${base}/${previousStep(step) ?? 'customer'}`}>
              {m.common.back}
            </Button>
          )}
          <Button variant="default" component={Link} to={`/c/${conn}/tasks`}>
            {readOnly ? m.common.close : m.wizard.saveAndClose}
          </Button>
          <span className="grow dim small" role="status">
            {draft.saving ? m.wizard.saving : draft.savedAt ? m.wizard.saved(format.time(draft.savedAt)) : ''}
          </span>
          {/* After a change the new plan is to be looked at first, by its own button. */}
          {!readOnly && step === 'confirm' && changed === undefined && (
            <Button loading={sync.busy} onClick={confirm}>
              {plan.data && plan.data.operations.length === 0 && open.length === 0
                ? m.wizard.confirm.markSynced
                : m.wizard.confirm.go}
            </Button>
          )}
          {step !== 'confirm' && (
            <Button loading={going} onClick={() => setGoing(true)}>
              {m.common.continue}
            </Button>
          )}
        </div>
      )}
    </Screen>
  );
}
