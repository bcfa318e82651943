import { isDeepStrictEqual } from 'node:util';
import { Injectable, Logger } from '@nestjs/common';
import type { AutotaskAdapter } from '../../../adapters/autotask/autotask.adapter.js';
import type { NewService } from '../../../adapters/autotask/autotask-writes.js';
import { AutotaskError, AutotaskRejectedError } from '../../../adapters/autotask/autotask.errors.js';
import { serviceNeedOf } from '../../../domain/mapping/product-service.js';
import { periodTypeWord, type Service } from '../../../domain/autotask/entities.js';
import type { Product } from '../../../domain/marketplace/product.js';
import { Database } from '../../../platform/database/database.js';
import { Problem } from '../../../platform/http/problem.js';
import { Clock } from '../../../ports/clock.port.js';
import type { Connection } from '../../installation/connection.entity.js';
import { ActionLog, type LogRecord } from '../../notification/action-log.service.js';
import { proveCreated } from '../../sync-task/execution/operation-proof.js';
import type { SyncOperation } from '../../sync-task/sync-operation.entity.js';
import { AutotaskCalls, problemOf } from '../autotask-calls.service.js';
import { SERVICES, serviceRow as mirrorRow } from '../mirror-tables.js';
import { upsertMirror } from '../mirror-writer.js';
import { ProductMappings } from '../products/product-mappings.service.js';
import { serviceRow } from './catalog-list.service.js';
import { duplicateService } from './duplicate-service.js';
import type { NewServiceDto, NewServiceView } from './new-service.dto.js';
import {
  checkReferences,
  foreignCurrency,
  inInternalCurrency,
  newService,
  servicesWithKey,
  withoutExtra,
} from './new-service.js';
import { checkServiceFields } from './service-fields.js';
import { ServiceJournal } from './service-journal.service.js';
import { writeListPrice, type ListPrice, type ListPriceOutcome } from './service-price-list.js';

/** One press of the button. */
interface Creating {
  autotask: AutotaskAdapter;
  connection: Connection;
  service: NewService;
  /** On a connection in another currency than the tenant's own. */
  price: ListPrice | undefined;
  by: string;
}

/** A service that is in Autotask now. */
interface Created {
  id: number;
  foundAgain: boolean;
  /** Absent on a connection in the tenant's own currency. */
  listPrice?: Exclude<ListPriceOutcome, 'unknown'>;
}

/**
 * *Add product to Autotask* (FEATURES MAP-7). Autotask has no idempotency key, so a service is looked up before it is
 * sent, written down before it is sent, and looked up again when its answer is lost (DESIGN §7): whatever happens, one
 * press makes at most one service. On a connection in another currency than Autotask's own the price goes to that
 * currency's price list as well; the attempt stays open until both are done.
 */
@Injectable()
export class ServiceCreation {
  private readonly logger = new Logger(ServiceCreation.name);

  constructor(
    private readonly database: Database,
    private readonly calls: AutotaskCalls,
    private readonly journal: ServiceJournal,
    private readonly mappings: ProductMappings,
    private readonly log: ActionLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Creates a service and, when asked, maps the product to it. Sending the same again after an error is safe.
   *
   * @param by host user id.
   * @throws Problem DUPLICATE_SERVICE (a choice, see `duplicateService`: one with the same external id, else SKU and
   * period, or the same name),
   * OUTCOME_UNCERTAIN (sent, not proven; ask again), SERVICE_BEING_CREATED, SERVICE_FIELDS_MISSING and the other codes of
   * `checkServiceFields`, BILLING_CODE_UNKNOWN, BILLING_CODE_INACTIVE, BILLING_CODE_NOT_RECURRING, VENDOR_UNKNOWN,
   * VENDOR_INACTIVE, PRODUCT_UNKNOWN, PRODUCT_NEEDS_NO_SERVICE, CYCLE_MISMATCH, CURRENCY_UNKNOWN, INPUT_INVALID, and
   * Autotask's own.
   */
  async create(connection: Connection, input: NewServiceDto, by: string): Promise<NewServiceView> {
    const product = await this.productOf(connection, input);
    const costWritten = connection.capabilities.costVisible !== false;
    const wanted = newService(input, product, costWritten);
    const { service, created } = await this.calls.run(connection, async (reading) => {
      const autotask = reading.forWriting();
      const foreign = await foreignCurrency(autotask, connection);
      const service = foreign === undefined ? wanted : inInternalCurrency(wanted, foreign.rate);
      await checkServiceFields(autotask.metadata, service);
      await checkReferences(autotask, service);
      const price = foreign && {
        currency: connection.currency,
        currencyId: foreign.currencyId,
        unitPrice: wanted.unitPrice,
      };
      return { service, created: await this.createOnce({ autotask, connection, service, price, by }) };
    });
    return await this.finish(connection, input, service, created, by);
  }

  private async productOf(connection: Connection, input: NewServiceDto): Promise<Product | undefined> {
    if (input.productKey === undefined) {
      if (input.mapProduct !== true) return undefined;
      throw new Problem('invalid', 'INPUT_INVALID', 'productKey: name the product that is to be mapped.');
    }
    const [row] = await this.database.sql<{ data: Product }>(
      `select data from product_mirror where installation_id = ? and connection_id = ? and product_key = ?`,
      [connection.installationId, connection.id, input.productKey],
    );
    if (!row) throw new Problem('conflict', 'PRODUCT_UNKNOWN', 'There is no such product here. Refresh and try again.');
    const need = serviceNeedOf(row.data);
    if (!need.needed) throw new Problem('conflict', 'PRODUCT_NEEDS_NO_SERVICE', need.message);
    if (need.periodType !== input.periodType)
      throw new Problem(
        'conflict',
        'CYCLE_MISMATCH',
        `The product is billed ${need.word}; its service cannot be ${periodTypeWord(input.periodType)}.`,
      );
    return row.data;
  }

  /** Looks first, writes down, sends, and proves what got no answer. */
  private async createOnce(work: Creating): Promise<Created> {
    const { autotask, connection, service } = work;
    const earlier = await this.journal.open(connection, service.name);
    if (earlier) {
      // The request of somebody else may still be on its way: there is nothing to prove before it has come back.
      if (await this.journal.isUnderway(earlier)) throw beingCreated(service.name);
      const found = await this.prove(work, earlier);
      if (found !== undefined && isDeepStrictEqual(earlier.call.body, { ...service }))
        return await this.priced(work, earlier.id, { id: found, foundAgain: true });
      if (found !== undefined) await this.journal.settle(connection, earlier.id, 'applied', { resultId: found });
    }
    const alike = await servicesWithKey(autotask, service);
    if (alike.length > 0) throw await this.duplicate(work, alike[0]);
    const attempt = await this.journal.begin(connection, service, 0);
    if (attempt === undefined) throw beingCreated(service.name);
    return await this.priced(work, attempt, await this.send(work, attempt));
  }

  private async send(work: Creating, attempt: string): Promise<Created> {
    const { autotask, service } = work;
    try {
      const { itemId } = await autotask.writes.createService(service);
      const id = itemId ?? (await servicesWithKey(autotask, service))[0]?.id;
      if (id === undefined) throw uncertain(service.name, 0);
      return { id, foundAgain: false };
    } catch (error) {
      return await this.afterError(work, attempt, error);
    }
  }

  /** Writes the price of the connection's own currency and closes the attempt. */
  private async priced(work: Creating, attempt: string, created: Created): Promise<Created> {
    const { autotask, connection, service, price } = work;
    const listPrice = price && (await writeListPrice(autotask, created.id, price));
    // The row stays open: the same form finds the service, reads the price and goes on.
    if (listPrice === 'unknown') {
      await this.journal.replyLost(connection, attempt, { serviceId: created.id, listPrice });
      throw priceUncertain(service.name, connection.currency);
    }
    await this.journal.settle(connection, attempt, 'applied', {
      resultId: created.id,
      ...(created.foundAgain || listPrice
        ? { evidence: { ...(created.foundAgain ? { foundAgain: true } : {}), ...(listPrice ? { listPrice } : {}) } }
        : {}),
    });
    return { ...created, ...(listPrice ? { listPrice } : {}) };
  }

  private async afterError(work: Creating, attempt: string, error: unknown): Promise<Created> {
    const { autotask, connection, service, by } = work;
    // A stop of the process or a problem of our own proves nothing: the row stays open and the next call proves it.
    if (!(error instanceof AutotaskError)) throw error;
    const evidence = { code: error.code, autotask: [...error.texts] };
    if (error.outcome === 'unknown') {
      await this.journal.replyLost(connection, attempt, evidence);
      const open = await this.journal.open(connection, service.name);
      const found = open && (await this.prove(work, open));
      if (found !== undefined) return { id: found, foundAgain: true };
      throw uncertain(service.name, open ? await this.journal.unsettledMs(open) : 0);
    }
    await this.journal.settle(connection, attempt, error.outcome === 'rejected' ? 'rejected' : 'not_applied', {
      evidence,
    });
    await this.record(connection, by, {
      action: 'service.refused',
      outcome: 'failed',
      message: `Service "${service.name}" was not created: ${error.message}`,
      details: evidence,
    });
    if (error instanceof AutotaskRejectedError && error.reason === 'duplicateServiceName')
      throw await this.duplicate(work, (await servicesWithKey(autotask, service))[0]);
    throw problemOf(error);
  }

  /** The choice a person has now; the existing service becomes known here, so that it can be mapped at once. */
  private async duplicate({ connection, service }: Creating, existing: Service | undefined): Promise<Problem> {
    if (existing)
      await upsertMirror(this.database.unit(), connection, SERVICES, [mirrorRow(existing)], this.clock.now());
    const { severalProductsPerService } = connection.settings;
    return await duplicateService(this.database, connection, service, existing, severalProductsPerService);
  }

  /**
   * Looks whether an attempt without outcome was applied. @returns the service's id, its row still open, or undefined
   * when it was certainly not. @throws Problem OUTCOME_UNCERTAIN while it may still land, or when two rows could be it.
   */
  private async prove({ autotask, connection, by }: Creating, attempt: SyncOperation): Promise<number | undefined> {
    const sent = attempt.call.body as unknown as NewService;
    const alike = await servicesWithKey(autotask, sent);
    const ids = alike.filter(({ periodType }) => periodType === sent.periodType).map(({ id }) => id);
    const highestBefore = (attempt.preImage as { id?: number } | null)?.id ?? 0;
    const waitMs = await this.journal.unsettledMs(attempt);
    const verdict = proveCreated(ids, highestBefore, waitMs === 0);
    switch (verdict.verdict) {
      case 'applied':
        return verdict.resultId!;
      case 'not_applied':
        await this.journal.settle(connection, attempt.id, 'not_applied');
        return undefined;
      case 'wait':
      case 'uncertain':
        await this.record(connection, by, {
          action: 'service.uncertain',
          outcome: 'uncertain',
          message: `Whether service "${sent.name}" was created is not proven yet.`,
          details: { ids },
        });
        throw uncertain(sent.name, waitMs);
    }
  }

  /** Makes the service known here, maps the product, and tells the log. */
  private async finish(
    connection: Connection,
    input: NewServiceDto,
    service: NewService,
    { id, foundAgain, listPrice }: Created,
    by: string,
  ): Promise<NewServiceView> {
    const known: Service = { ...withoutExtra(service), id, isActive: true };
    await upsertMirror(this.database.unit(), connection, SERVICES, [mirrorRow(known)], this.clock.now());
    await this.record(connection, by, {
      action: 'service.created',
      outcome: 'ok',
      message: `Service "${service.name}" (${periodTypeWord(service.periodType)}) ${foundAgain ? 'was found again' : 'is'} in Autotask.`,
      after: { serviceId: id, ...withoutExtra(service), ...(listPrice ? { listPrice } : {}) },
    });
    const view = {
      foundAgain,
      costWritten: service.unitCost !== undefined || input.unitCost === undefined,
      priceConverted: listPrice !== undefined,
      listPrice: listPrice && 'written' in listPrice ? listPrice.written : null,
      priceProblem: listPrice && 'problem' in listPrice ? listPrice.problem : null,
      mappingProblem: null,
      product: null,
    };
    if (input.mapProduct !== true || input.productKey === undefined) return { ...view, service: serviceRow(known, []) };
    const { productKey } = input;
    try {
      const saved = await this.mappings.save(connection, [{ productKey, serviceId: id, action: 'map' }], by);
      return { ...view, service: serviceRow(known, [productKey]), product: saved.items[0] ?? null };
    } catch (error) {
      // The service exists now, and an error would hide it: the answer holds both.
      if (!(error instanceof Problem)) throw error;
      this.logger.warn({ code: error.code, serviceId: id }, 'the product could not be mapped to its new service');
      return {
        ...view,
        service: serviceRow(known, []),
        mappingProblem: { code: error.code, message: error.message },
      };
    }
  }

  private async record(
    connection: Connection,
    by: string,
    entry: Pick<LogRecord, 'action' | 'outcome' | 'message' | 'after' | 'details'>,
  ): Promise<void> {
    await this.log.record({
      installationId: connection.installationId,
      connectionId: connection.id,
      actor: by,
      category: 'push',
      ...entry,
    });
  }
}

function beingCreated(name: string): Problem {
  return new Problem(
    'conflict',
    'SERVICE_BEING_CREATED',
    `Somebody else is creating "${name}" at this moment. Refresh and look whether it is there.`,
  );
}

function priceUncertain(name: string, currency: string): Problem {
  return new Problem(
    'unavailable',
    'OUTCOME_UNCERTAIN',
    `Service "${name}" is in Autotask, but the reply to its price in ${currency} was lost. Send the same form again: it reads the price and sets it if it is not there.`,
    { retryAfterSeconds: 0 },
  );
}

function uncertain(name: string, waitMs: number): Problem {
  return new Problem(
    'unavailable',
    'OUTCOME_UNCERTAIN',
    `The reply was lost and it is not proven whether "${name}" was created. It is not sent again. Ask again${waitMs > 0 ? ` in ${Math.ceil(waitMs / 1000)} seconds` : ''}: the same form then finds it or creates it.`,
    { retryAfterSeconds: Math.ceil(waitMs / 1000) },
  );
}
