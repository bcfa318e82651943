import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useRef, useState, type ReactNode } from 'react';
import { api, ApiProblem, ok, type Schemas } from '../api/client';
import { queryClient, useConnection } from '../app/queries';
import * as format from '../format';
import { m } from '../messages';
import { Dialog } from '../parts/dialog';
import { ProblemNotice, useAct } from '../parts/problem';
import { Picker, type Choosable } from './picker';
import { periodWords } from './product-edits';

type Product = Schemas['ProductView'];

interface RequiredField {
  name: string;
  dataType: string;
  length?: number;
  options?: { value: string; label: string }[];
}

/** What `DUPLICATE_SERVICE` says besides its words. */
interface DuplicateService {
  /** Null where the API user may not see it. */
  existing: { id: number; name: string } | null;
  usable: boolean;
  /** Fields in which both agree. */
  clash: ('name' | 'externalId' | 'sku')[];
  suggestedName: string;
}

interface Props {
  conn: string;
  product: Product;
  /** The new service, mapped to the product already. */
  onCreated(view: Schemas['NewServiceView']): void;
  /** A service of that name or key is there already, and the person takes it. */
  onExisting(service: { id: number; name: string }): void;
  onClose(): void;
}

const NAME_LENGTH = 150;

/** *Add product to Autotask* (FEATURES MAP-7). A write: the button locks, and nothing is shown that the server has not said. */
export function NewServiceDialog({ conn, product, onCreated, onExisting, onClose }: Props): ReactNode {
  const currency = useConnection(conn)?.currency ?? '';
  const act = useAct();
  const form = useRef<HTMLDivElement>(null);
  const [name, setName] = useState(
    `${product.name}, ${product.cycle.word}, ${periodWords(product.subscriptionPeriod)}`.slice(0, NAME_LENGTH),
  );
  const [description, setDescription] = useState('');
  const [invoiceText, setInvoiceText] = useState('');
  const [price, setPrice] = useState('');
  const [cost, setCost] = useState('');
  const [code, setCode] = useState<Choosable>();
  const [vendor, setVendor] = useState<Choosable>();
  const [sku, setSku] = useState(product.mpn ?? '');
  const [externalId, setExternalId] = useState(product.id);
  const [required, setRequired] = useState<RequiredField[]>([]);
  const [extra, setExtra] = useState<Record<string, string>>({});
  const [tried, setTried] = useState(false);

  const unitPrice = format.typed(price);
  const unitCost = cost.trim() === '' ? undefined : format.typed(cost);
  const errors = {
    name: name.trim() === '' ? m.wizard.newService.needName : undefined,
    price: unitPrice === undefined ? m.wizard.newService.needPrice : undefined,
    cost: cost.trim() !== '' && unitCost === undefined ? m.wizard.newService.needPrice : undefined,
    code: code === undefined ? m.wizard.newService.needCode : undefined,
  };
  const missing = required.filter((field) => (extra[field.name] ?? '') === '');
  const create = (): void => {
    setTried(true);
    if (Object.values(errors).some(Boolean) || missing.length > 0 || !product.cycle.periodType) {
      window.setTimeout(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
      return;
    }
    void act.run(async () => {
      try {
        const view = await ok(
          api.POST('/api/v1/connections/{connectionId}/services', {
            params: { path: { connectionId: conn } },
            body: {
              productKey: product.key,
              name: name.trim(),
              periodType: product.cycle.periodType as 2 | 3 | 4 | 5,
              unitPrice: unitPrice!,
              billingCodeId: code!.id,
              mapProduct: true,
              ...(description.trim() ? { description: description.trim() } : {}),
              ...(invoiceText.trim() ? { invoiceDescription: invoiceText.trim() } : {}),
              ...(unitCost === undefined ? {} : { unitCost }),
              ...(vendor ? { vendorCompanyId: vendor.id } : {}),
              ...(sku.trim() ? { sku: sku.trim() } : {}),
              ...(externalId.trim() ? { externalId: externalId.trim() } : {}),
              ...(required.length > 0
                ? {
                    // The document knows no type for a free object.
                    additionalFields: Object.fromEntries(
                      required.map((field) => [field.name, typedValue(field, extra[field.name] ?? '')]),
                    ) as Record<string, never>,
                  }
                : {}),
            },
          }),
        );
        void queryClient.invalidateQueries({ queryKey: ['pick', conn] });
        onCreated(view);
      } catch (error) {
        if (
          error instanceof ApiProblem &&
          error.code === 'SERVICE_FIELDS_MISSING' &&
          Array.isArray(error.body.fields)
        ) {
          const found = error.body.fields as RequiredField[];
          setRequired((old) => [...old, ...found.filter((field) => !old.some((one) => one.name === field.name))]);
          setTried(false);
        }
        throw error;
      }
    });
  };
  const problem = act.error instanceof ApiProblem ? act.error : undefined;
  const duplicate = problem?.code === 'DUPLICATE_SERVICE' ? (problem.body as unknown as DuplicateService) : undefined;
  const another = (suggested: string | undefined): void => {
    act.clear();
    if (suggested !== undefined) setName(suggested.slice(0, NAME_LENGTH));
    const field = suggested === undefined && duplicate ? duplicate.clash[0] : 'name';
    form.current?.querySelector<HTMLElement>(`[name=${field ?? 'name'}]`)?.focus();
  };
  return (
    <Dialog
      title={`${m.wizard.newService.title}: ${product.name}`}
      size="lg"
      onClose={onClose}
      go={{ label: m.wizard.newService.create, run: create, busy: act.busy }}
    >
      <div className="stack" ref={form}>
        <p className="dim small">{m.wizard.newService.period(product.cycle.word)}</p>
        <TextInput
          label={m.wizard.newService.name}
          name="name"
          value={name}
          maxLength={NAME_LENGTH}
          data-autofocus
          error={tried ? errors.name : undefined}
          description={m.products.left(name.length, NAME_LENGTH)}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <div className="row" style={{ alignItems: 'flex-start' }}>
          <TextInput
            className="grow"
            label={`${m.wizard.newService.price} (${currency})`}
            value={price}
            inputMode="decimal"
            error={tried ? errors.price : undefined}
            onChange={({ currentTarget }) => setPrice(currentTarget.value)}
          />
          <TextInput
            className="grow"
            label={`${m.wizard.newService.cost} (${currency})`}
            value={cost}
            inputMode="decimal"
            error={tried ? errors.cost : undefined}
            onChange={({ currentTarget }) => setCost(currentTarget.value)}
          />
        </div>
        <Picker<Choosable>
          label={m.wizard.newService.billingCode}
          of={[conn, 'codes', 5]}
          fetch={async (search) =>
            await ok(
              api.GET('/api/v1/connections/{connectionId}/billing-codes', {
                params: {
                  path: { connectionId: conn },
                  query: { page: 1, pageSize: 50, useType: 5, ...(search ? { search } : {}) },
                },
              }),
            )
          }
          value={code}
          error={tried ? errors.code : undefined}
          onChoose={setCode}
        />
        <Textarea
          label={m.wizard.newService.description}
          value={description}
          maxLength={400}
          autosize
          maxRows={4}
          onChange={({ currentTarget }) => setDescription(currentTarget.value)}
        />
        <Textarea
          label={m.wizard.newService.invoiceText}
          value={invoiceText}
          maxLength={1000}
          autosize
          maxRows={4}
          onChange={({ currentTarget }) => setInvoiceText(currentTarget.value)}
        />
        <Picker<Choosable>
          label={m.wizard.newService.vendor}
          of={[conn, 'vendors']}
          fetch={async (search) =>
            await ok(
              api.GET('/api/v1/connections/{connectionId}/vendors', {
                params: {
                  path: { connectionId: conn },
                  query: { page: 1, pageSize: 50, ...(search ? { search } : {}) },
                },
              }),
            )
          }
          value={vendor}
          onChoose={setVendor}
        />
        <div className="row" style={{ alignItems: 'flex-start' }}>
          <TextInput
            className="grow"
            label={m.wizard.newService.sku}
            name="sku"
            value={sku}
            maxLength={50}
            onChange={({ currentTarget }) => setSku(currentTarget.value)}
          />
          <TextInput
            className="grow"
            label={m.wizard.newService.externalId}
            name="externalId"
            value={externalId}
            maxLength={50}
            onChange={({ currentTarget }) => setExternalId(currentTarget.value)}
          />
        </div>
        {required.length > 0 && (
          <p className="notice attention" role="status">
            {m.products.also(required.map((field) => field.name).join(', '))}
          </p>
        )}
        {required.map((field) => {
          const value = extra[field.name] ?? '';
          const error = tried && value === '' ? m.products.required(field.name) : undefined;
          const change = (text: string): void => setExtra({ ...extra, [field.name]: text });
          return field.options ? (
            <NativeSelect
              key={field.name}
              label={field.name}
              value={value}
              error={error}
              onChange={({ currentTarget }) => change(currentTarget.value)}
              data={[{ value: '', label: '' }, ...field.options]}
            />
          ) : (
            <TextInput
              key={field.name}
              label={field.name}
              value={value}
              error={error}
              maxLength={field.length}
              onChange={({ currentTarget }) => change(currentTarget.value)}
            />
          );
        })}
        {duplicate ? (
          <div className="notice attention" role="alert">
            <p>{problem?.message}</p>
            <div className="row">
              {duplicate.usable && duplicate.existing && (
                <Button variant="default" onClick={() => onExisting(duplicate.existing!)}>
                  {m.products.takeExisting}
                </Button>
              )}
              {duplicate.clash.includes('name') && (
                <Button variant="default" onClick={() => another(duplicate.suggestedName)}>
                  {m.products.nameIt(duplicate.suggestedName)}
                </Button>
              )}
              <Button variant="default" onClick={() => another(undefined)}>
                {m.products.rename}
              </Button>
            </div>
          </div>
        ) : (
          problem && problem.code !== 'SERVICE_FIELDS_MISSING' && <ProblemNotice error={problem} />
        )}
        <p className="dim small">{m.products.irreversible}</p>
      </div>
    </Dialog>
  );
}

/** What a further field gets: numbers and yes/no as such. */
function typedValue({ dataType, options }: RequiredField, text: string): unknown {
  if (dataType === 'boolean') return text === 'true' || text === '1';
  if (['integer', 'long', 'short', 'byte'].includes(dataType) || (options && /^\d+$/.test(text))) return Number(text);
  return text;
}
