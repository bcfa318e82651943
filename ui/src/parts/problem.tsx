import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { ApiProblem } from '../api/client';
import { m, problemWords } from '../messages';

interface Props {
  error: unknown;
  retry?: (() => void) | undefined;
  children?: ReactNode;
}

/** An error in three parts – what happened, what is safe, what to do – with code and Autotask's own words in a fold. */
export function ProblemNotice({ error, retry, children }: Props): ReactNode {
  const problem = error instanceof ApiProblem ? error : new ApiProblem('UNEXPECTED', 0, '');
  const { happened, safe, todo } = problemWords(problem.code);
  const words = Array.isArray(problem.body.autotask) ? (problem.body.autotask as string[]) : [];
  return (
    <div className="notice bad" role="alert">
      {/* The server says what happened with names and numbers; the catalogue says it where there was no answer. */}
      <p className="strong">{problem.message !== '' && problem.status !== 0 ? problem.message : happened}</p>
      <p className="dim">
        {safe} {todo}
      </p>
      {(words.length > 0 || problem.requestId !== undefined) && (
        <details>
          <summary>{m.common.details}</summary>
          <p className="mono">
            {problem.code}
            {problem.requestId !== undefined && ` · ${m.common.requestId(problem.requestId)}`}
          </p>
          {words.map((word) => (
            <p key={word} lang="en">
              {m.problem.autotask}: <q>{word}</q>
            </p>
          ))}
        </details>
      )}
      <div className="row">
        {children}
        {retry && (
          <Button variant="default" onClick={retry}>
            {m.common.tryAgain}
          </Button>
        )}
      </div>
    </div>
  );
}

/** Runs an act, keeps its error for a notice, and locks its button until the answer is there. */
export function useAct(): {
  busy: boolean;
  error: unknown;
  run(act: () => Promise<unknown>): Promise<boolean>;
  clear(): void;
} {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  return {
    busy,
    error,
    clear: () => setError(undefined),
    run: async (act) => {
      setBusy(true);
      setError(undefined);
      try {
        await act();
        return true;
      } catch (failure) {
        setError(failure);
        return false;
      } finally {
        setBusy(false);
      }
    },
  };
}
