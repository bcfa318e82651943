import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { m } from '../messages';
import { Badge } from '../parts/badges';
import { Choice, Dialog } from '../parts/dialog';
import { findServices, serviceLists, type FoundService } from './find';
import { Picker } from './picker';
import { effectiveEdit, periodWords, type ChosenService, type ProductEdit } from './product-edits';

interface Props {
  conn: string;
  edit: ProductEdit;
  readOnly: boolean;
  onStage(edit: ProductEdit | undefined): void;
  /** The person wants a new service instead. */
  onAdd(): void;
  onClose(): void;
}

/** Chooses the service of a product: only those with its period, suggestions with their reasons (FEATURES MAP-6). */
export function ProductDialog({ conn, edit, readOnly, onStage, onAdd, onClose }: Props): ReactNode {
  const { row } = edit;
  const { product } = row;
  const [chosen, setChosen] = useState<ChosenService | null>(edit.after);
  const [other, setOther] = useState<FoundService>();
  const [asked, setAsked] = useState(false);
  const { periodType } = product.cycle;
  const shared = other?.productKeys.filter((key) => key !== product.key).length ?? 0;
  const stage = (): void => {
    if (chosen === null) setAsked(true);
    else onStage(effectiveEdit({ row, after: chosen }));
  };
  return (
    <Dialog
      title={m.products.dialog(product.name)}
      size="lg"
      onClose={onClose}
      cancel={readOnly ? m.common.close : m.common.cancel}
      go={readOnly ? undefined : { label: m.customers.stage, run: stage }}
    >
      <p>
        <span className="mono">{product.mpn ?? product.id}</span>{' '}
        {m.products.terms(periodWords(product.billingPeriod), periodWords(product.subscriptionPeriod))}
      </p>
      {row.broken && <p className="notice bad">{row.broken.message}</p>}
      {edit.after && (
        <p>
          {m.customers.present}: <strong className="wrap">{edit.after.name}</strong>
        </p>
      )}
      {row.suggestions.length > 0 && (
        <fieldset className="choices">
          <legend>{m.products.candidates}</legend>
          {row.suggestions.map((one) => (
            <Choice
              key={one.serviceId}
              name="candidate"
              disabled={readOnly}
              checked={chosen?.id === one.serviceId}
              onChoose={() => {
                setOther(undefined);
                setChosen({ id: one.serviceId, name: one.serviceName });
              }}
              label={
                <span className="row">
                  <span className="wrap">{one.serviceName}</span>
                  <Badge tone={one.ambiguous ? 'attention' : 'ready'}>{m.mapping.badges.suggested}</Badge>
                </span>
              }
              text={
                <>
                  {one.reasons.map(({ code, product: ours, service }) => (
                    <span key={code} style={{ display: 'block' }}>
                      {ours === service
                        ? m.customers.sameFact(m.mapping.reasons[code] ?? code, ours)
                        : m.customers.fact(m.mapping.reasons[code] ?? code, ours, service)}
                    </span>
                  ))}
                  {one.ambiguousBecause.map((code) => (
                    <span key={code} style={{ display: 'block' }}>
                      {m.mapping.ambiguous[code] ?? code}
                    </span>
                  ))}
                </>
              }
            />
          ))}
        </fieldset>
      )}
      {!readOnly && (
        <div className="stack tight">
          <Picker<FoundService>
            label={row.suggestions.length > 0 ? m.products.others : m.wizard.product.service}
            placeholder={m.products.searchServices}
            of={serviceLists(conn, periodType)}
            focused={row.suggestions.length === 0}
            fetch={async (search) => await findServices(conn, periodType, search)}
            value={other}
            onChoose={(service) => {
              setOther(service);
              setChosen({ id: service.id, name: service.name });
            }}
          />
          {shared > 0 && <p className="notice attention small">{m.products.usedBy(shared)}</p>}
          <p className="dim small">{m.products.onlyPeriod(product.cycle.word)}</p>
          <div>
            <Button variant="default" onClick={onAdd}>
              {m.mapping.addProduct}
            </Button>
          </div>
        </div>
      )}
      {asked && (
        <p className="notice attention" role="alert">
          {m.wizard.product.choose(product.name)}
        </p>
      )}
    </Dialog>
  );
}
