import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { api, ok, type Schemas } from '../api/client';
import { queryClient } from '../app/queries';
import { toast } from '../app/toasts';
import { m } from '../messages';
import { Badge } from '../parts/badges';
import { Picker } from '../mapping/picker';
import { ProblemNotice, useAct } from '../parts/problem';
import { createdWords } from '../mapping/created-words';
import { NewServiceDialog } from '../mapping/new-service';
import type { StepProps } from './data';
import { findServices, serviceLists } from '../mapping/find';
import { mappingsOf } from './parts';
import { Questions } from './questions';

type Product = Schemas['ProductRow'];

/** Which service each product of the order is; services can be created here (WIZ-1, MAP-6, MAP-7). */
export function ProductStep(props: StepProps): ReactNode {
  const { conn, task, readOnly, readAgain, hold } = props;
  const { data, error, refetch } = useQuery(mappingsOf(task.id));
  const [adding, setAdding] = useState<string>();
  const act = useAct();
  const saved = async (): Promise<void> => {
    void queryClient.invalidateQueries({ queryKey: ['products', conn] });
    await queryClient.invalidateQueries({ queryKey: mappingsOf(task.id).queryKey });
    await readAgain();
  };
  const map = (row: Product, serviceId: number): void =>
    hold(
      act.run(async () => {
        await ok(
          api.PUT('/api/v1/connections/{connectionId}/products/mappings', {
            params: { path: { connectionId: conn } },
            body: [{ productKey: row.product.key, serviceId, action: 'map', version: row.version }],
          }),
        );
        await saved();
      }),
    );
  if (error) return <ProblemNotice error={error} retry={() => void refetch()} />;
  if (!data) return <p className="dim">{m.common.loading}</p>;
  return (
    <div className="stack wide">
      <p className="strong">{m.wizard.product.question}</p>
      {data.products.map((row) => {
        const { product, mapping, suggestions, state } = row;
        return (
          <div key={product.key} className="card stack tight">
            <p>
              <strong className="wrap">{product.name}</strong>{' '}
              <span className="dim small">
                {product.cycle.word} · {product.mpn}
              </span>
            </p>
            {state === 'notNeeded' ? (
              <p className="dim">{product.cycle.message ?? m.mapping.chargedOnly}</p>
            ) : (
              <>
                {mapping && (
                  <p className="row">
                    {mapping.serviceName}{' '}
                    <Badge tone={row.broken ? 'bad' : 'good'}>
                      {row.broken ? m.mapping.badges.broken : m.mapping.badges.matched}
                    </Badge>
                  </p>
                )}
                {!readOnly && (
                  <div className="row" style={{ alignItems: 'flex-end' }}>
                    <div className="grow">
                      <Picker
                        label={mapping ? m.mapping.change : m.wizard.product.service}
                        placeholder={m.products.searchServices}
                        of={serviceLists(conn, product.cycle.periodType)}
                        value={undefined}
                        fetch={async (search) => await findServices(conn, product.cycle.periodType, search)}
                        onChoose={({ id }) => map(row, id)}
                      />
                    </div>
                    {!mapping &&
                      suggestions.slice(0, 1).map((one) => (
                        <Button
                          key={one.serviceId}
                          variant="default"
                          loading={act.busy}
                          onClick={() => map(row, one.serviceId)}
                        >
                          {m.wizard.product.use}: {one.serviceName}
                        </Button>
                      ))}
                    {!mapping && (
                      <Button variant="default" onClick={() => setAdding(product.key)}>
                        {m.wizard.product.add}
                      </Button>
                    )}
                  </div>
                )}
                {adding === product.key && (
                  <NewServiceDialog
                    conn={conn}
                    product={product}
                    onCreated={(view) => {
                      setAdding(undefined);
                      const { tone, text } = createdWords(view);
                      if (tone !== 'good') toast(tone, text);
                      hold(saved());
                    }}
                    onExisting={({ id }) => {
                      setAdding(undefined);
                      map(row, id);
                    }}
                    onClose={() => setAdding(undefined)}
                  />
                )}
              </>
            )}
          </div>
        );
      })}
      {act.error !== undefined && <ProblemNotice error={act.error} />}
      <Questions {...props} step="product" asked="MAPPING_MISSING" />
    </div>
  );
}
