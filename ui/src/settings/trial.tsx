import { IconAlertTriangle, IconCircleCheck, IconCircleMinus, IconCircleX, IconLoader2 } from '@tabler/icons-react';
import { useRef, useState, type ReactNode } from 'react';
import { api, ApiProblem, ok, type Schemas } from '../api/client';
import { m, problemWords } from '../messages';
import { Badge, type Tone } from '../parts/badges';
import { ProblemNotice } from '../parts/problem';

export type TestResult = Schemas['ConnectionTestView'];
type Check = Schemas['ConnectionCheckView'];

/** *Test connection*: what it found, and how to run or forget it. */
export interface Trial {
  busy: boolean;
  result: TestResult | undefined;
  error: unknown;
  run(body: Schemas['TestConnectionDto']): Promise<TestResult | undefined>;
  /** Rows that a refused save brought along. */
  show(checks: Check[]): void;
  clear(): void;
}

export function useTrial(): Trial {
  const [state, setState] = useState<{ busy: boolean; result?: TestResult; error?: unknown }>({ busy: false });
  // An answer about credentials that were changed meanwhile says nothing about the new ones.
  const round = useRef(0);
  return {
    busy: state.busy,
    result: state.result,
    error: state.error,
    run: async (body) => {
      const mine = (round.current += 1);
      setState({ busy: true });
      try {
        const result = await ok(api.POST('/api/v1/connections/test', { body }));
        if (mine === round.current) setState({ busy: false, result });
        return result;
      } catch (error) {
        if (mine === round.current) setState({ busy: false, error });
        return undefined;
      }
    },
    show: (checks) => setState({ busy: false, result: { passed: false, checks } }),
    clear: () => {
      round.current += 1;
      setState({ busy: false });
    },
  };
}

/** The rows of a refused save, if it brought any. */
export function checksOf(error: unknown): Check[] | undefined {
  const checks = error instanceof ApiProblem ? error.body.checks : undefined;
  return Array.isArray(checks) ? (checks as Check[]) : undefined;
}

const SIGNS = { ok: IconCircleCheck, warning: IconAlertTriangle, failed: IconCircleX, skipped: IconCircleMinus };
const TONES: Record<Check['status'], Tone> = { ok: 'good', warning: 'attention', failed: 'bad', skipped: 'muted' };

/** One row of each finding; what is fine about rights is one row together. */
export function TrialResult({ trial, label = m.settings.result }: { trial: Trial; label?: string }): ReactNode {
  const { busy, result, error } = trial;
  const count = (status: Check['status']): number => result?.checks.filter((one) => one.status === status).length ?? 0;
  return (
    <div className="stack tight">
      <div role="status" className="row">
        {busy && (
          <>
            <IconLoader2 size={16} className="spin" aria-hidden />
            {m.settings.testing}
          </>
        )}
        {!busy && result && (
          <span className={result.passed ? 'strong' : 'strong badtext'}>
            {m.setup.tested(result.checks.length, count('failed'), count('warning'))}{' '}
            {result.passed ? (count('warning') > 0 ? m.setup.worksButWarned : m.setup.works) : m.setup.stops}
          </span>
        )}
        {!busy && !result && error === undefined && <span className="dim">{m.setup.notTested}</span>}
      </div>
      {error !== undefined && <ProblemNotice error={error} />}
      {result && (
        <ul className="card checks" aria-label={label}>
          {rowsOf(result.checks).map(({ check, subject, status, text }, index) => (
            <li key={`${check} ${subject ?? ''} ${index}`}>
              <Badge tone={TONES[status]} icon={SIGNS[status]}>
                {m.settings.statuses[status]}
              </Badge>
              <span className="wrap">
                <span className="strong">
                  {m.settings.checks[check]}
                  {subject !== undefined && `: ${subject}`}
                </span>
                {text !== '' && <> {text}</>}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function rowsOf(checks: Check[]): { check: Check['check']; subject?: string; status: Check['status']; text: string }[] {
  const fine = checks.filter(({ check, status }) => check === 'rights' && status === 'ok');
  const names = [...new Set(fine.map(({ subject }) => subject ?? ''))].filter((name) => name !== '').join(', ');
  return checks
    .filter((one) => !fine.includes(one) || one === fine[0])
    .map((one) => {
      if (one === fine[0])
        return { check: one.check, status: one.status, text: names === '' ? '' : m.setup.rights(names) };
      return { check: one.check, subject: one.subject, status: one.status, text: textOf(one) };
    });
}

function textOf({ code, message, subject }: Check): string {
  if (code === undefined || subject !== undefined) return message ?? '';
  const { happened, todo } = problemWords(code);
  return code in m.problem.of ? `${happened} ${todo}` : (message ?? '');
}
