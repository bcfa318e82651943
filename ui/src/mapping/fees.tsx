import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { api, ok, type ApiProblem, type Schemas } from '../api/client';
import { useMay } from '../app/queries';
import { m } from '../messages';
import { Badge } from '../parts/badges';
import { Empty } from '../parts/empty';
import { ProblemNotice } from '../parts/problem';
import { MappingFrame } from './frame';
import { Picker } from './picker';
import { Earlier, Refusal, StagedBar } from './staged-bar';
import { useStagedSave, type Refused } from './staged-save';
import { useStaging } from './staging';
import { isRenamed } from './standing';

type FeeRow = Schemas['FeeRow'];
type Kind = 'product' | 'billingCode';

/** What a fee shall be charged as; null = nothing. */
interface FeeEdit {
  row: FeeRow;
  after: { kind: Kind; id: number; name: string } | null;
  /** What it is charged as is right as it is: that only bears another name now (FEATURES MAP-4). */
  same?: true;
}

const keyOf = ({ feeKind, productKey }: FeeRow): string => `${feeKind}|${productKey ?? ''}`;

function nameOf({ feeKind, productKey, productName }: FeeRow): string {
  const fee = m.mapping.feeKinds[feeKind] ?? feeKind;
  return productKey === null ? fee : `${fee} ${m.mapping.forProduct(productName ?? productKey)}`;
}

function targetName(target: { id: number; name: string | null } | null): string {
  return target ? (target.name ?? `#${target.id}`) : m.fees.unset;
}

/** What fees are charged as in Autotask: a product or a material billing code (reference/page-design §4.9). */
export function FeesScreen({ conn }: { conn: string }): ReactNode {
  const operator = useMay('operator');
  const staging = useStaging<FeeEdit>('fees', conn);
  const { data, error, refetch } = useQuery<Schemas['FeeList'], ApiProblem>({
    queryKey: ['fees', conn],
    queryFn: () => ok(api.GET('/api/v1/connections/{connectionId}/fees', { params: { path: { connectionId: conn } } })),
  });
  const saving = useStagedSave<FeeEdit, Schemas['FeeMappingChange'], Refused>({
    staging,
    idOf: ({ row }) => keyOf(row),
    changesOf: ({ row, after }) => [
      {
        feeKind: row.feeKind,
        ...(row.productKey === null ? {} : { productKey: row.productKey }),
        version: row.version,
        billingCodeId: after?.kind === 'billingCode' ? after.id : null,
        autotaskProductId: after?.kind === 'product' ? after.id : null,
      },
    ],
    put: async (body) =>
      await ok(
        api.PUT('/api/v1/connections/{connectionId}/fees/mappings', { params: { path: { connectionId: conn } }, body }),
      ),
    touches: [['fees', conn]],
    refused: (_, edit) => ({ name: edit ? nameOf(edit.row) : '' }),
  });
  const stage = (row: FeeRow, after: FeeEdit['after'], same?: true): void => {
    saving.forget();
    const isSo =
      (row.target?.id ?? null) === (after?.id ?? null) && (row.target?.kind ?? null) === (after?.kind ?? null);
    staging.stage({ [keyOf(row)]: isSo && !same ? undefined : { row, after, ...(same ? { same } : {}) } });
  };
  const edits = Object.values(staging.rows);
  return (
    <MappingFrame
      conn={conn}
      title={m.mapping.fees}
      asOf={data?.asOf.billingCodes}
      asOfWords={m.staging.codesAsOf}
      kind="form"
    >
      <p className="dim">{m.mapping.feeHint}</p>
      <Earlier staging={staging} />
      {saving.isRefused && <Refusal error={saving.error} lines={saving.lines} of={saving.of} />}
      {error && <ProblemNotice error={error} retry={() => void refetch()} />}
      {!data && !error && <Empty title={m.common.loading} />}
      {data?.items.map((row) => (
        <Fee
          key={keyOf(row)}
          conn={conn}
          row={row}
          edit={staging.rows[keyOf(row)]}
          readOnly={!operator}
          onChange={(after, same) => stage(row, after, same)}
        />
      ))}
      {operator && (
        <StagedBar
          staging={staging}
          busy={saving.busy}
          save={saving.save}
          lines={edits.map(({ row, after, same }) => ({
            id: keyOf(row),
            name: nameOf(row),
            now: targetName(row.target),
            after: same ? m.mapping.sameWords(targetName(after)) : targetName(after),
          }))}
        />
      )}
    </MappingFrame>
  );
}

interface FeeProps {
  conn: string;
  row: FeeRow;
  edit: FeeEdit | undefined;
  readOnly: boolean;
  onChange(after: FeeEdit['after'], same?: true): void;
}

function Fee({ conn, row, edit, readOnly, onChange }: FeeProps): ReactNode {
  const after = edit ? edit.after : row.target;
  const [kind, setKind] = useState<Kind>(after?.kind ?? 'product');
  const name = nameOf(row);
  const badge = edit ? (
    <Badge tone="staged">{edit.same ? m.mapping.badges.stagedSame : m.mapping.badges.staged}</Badge>
  ) : row.broken ? (
    <Badge tone="bad">{m.mapping.badges.broken}</Badge>
  ) : row.target ? (
    <Badge tone="good">{m.mapping.set}</Badge>
  ) : (
    <Badge tone="attention">{m.mapping.missing}</Badge>
  );
  return (
    <fieldset className="card form stack tight" style={{ margin: 0 }}>
      <legend className="hidden">{name}</legend>
      <div className="row between">
        <h2 aria-hidden className="wrap">
          {name}
        </h2>
        <span className="row">
          <span className="dim small">{m.fees.usedBy(row.openTasks)}</span>
          {badge}
        </span>
      </div>
      {row.broken && (
        <div className="notice bad">
          <p>{row.broken.message}</p>
          {!readOnly && !edit && isRenamed(row.broken) && (
            <div>
              <Button
                variant="default"
                aria-label={m.mapping.sameFor(name)}
                onClick={() => onChange(row.target as FeeEdit['after'], true)}
              >
                {m.mapping.same}
              </Button>
            </div>
          )}
        </div>
      )}
      {readOnly ? (
        <p className="wrap">
          {after
            ? `${after.kind === 'product' ? m.mapping.asProduct : m.mapping.asCode}: ${targetName(after)}`
            : m.fees.notSet}
        </p>
      ) : (
        <>
          <div className="row" role="radiogroup" aria-label={m.fees.as(name)}>
            {(['product', 'billingCode'] as const).map((one) => (
              <label key={one} className="row" style={{ minHeight: 24, gap: 6 }}>
                <input type="radio" name={keyOf(row)} checked={kind === one} onChange={() => setKind(one)} />
                {one === 'product' ? m.mapping.asProduct : m.mapping.asCode}
              </label>
            ))}
          </div>
          <div className="row" style={{ alignItems: 'flex-end' }}>
            <div className="grow">
              <Picker
                key={`${kind} ${after?.kind === kind ? after.id : ''}`}
                label={m.fees.target(name)}
                hideLabel
                placeholder={kind === 'product' ? m.fees.searchProducts : m.fees.searchCodes}
                of={[conn, kind === 'product' ? 'autotask-products' : 'material-codes']}
                fetch={async (search) => {
                  const query = { page: 1, pageSize: 50, ...(search ? { search } : {}) };
                  const path = { connectionId: conn };
                  return kind === 'product'
                    ? await ok(
                        api.GET('/api/v1/connections/{connectionId}/autotask-products', { params: { path, query } }),
                      )
                    : await ok(
                        api.GET('/api/v1/connections/{connectionId}/billing-codes', {
                          params: { path, query: { ...query, useType: 4 } },
                        }),
                      );
                }}
                value={after?.kind === kind ? { id: after.id, name: targetName(after) } : undefined}
                onChoose={({ id, name: chosen }) => onChange({ kind, id, name: chosen })}
              />
            </div>
            {after && (
              <Button variant="default" aria-label={m.fees.takeAway(name)} onClick={() => onChange(null)}>
                {m.fees.clear}
              </Button>
            )}
          </div>
          {!after && <p className="dim small">{m.fees.notSet}</p>}
        </>
      )}
    </fieldset>
  );
}
