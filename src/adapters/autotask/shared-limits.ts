import { randomUUID } from 'node:crypto';
import type { Database } from '../../platform/database/database.js';
import type { InstanceLimits } from './instance-limits.js';
import {
  REFRESH_MS,
  RETRY_REFRESH_MS,
  usableShare,
  WRITING_ONLY_FROM,
  type Admission,
  type Budget,
  type RequestPurpose,
  type Threshold,
} from './request-budget.js';
import { IN_FLIGHT_PER_ENDPOINT, WaitingLine, type Gate, type Waiting } from './request-gate.js';

/** A place outlives its request by this, so that it is never free while the request may still be on its way. */
const PLACE_MARGIN_MS = 5000;
/** How often a process that waits for a place looks whether another one has left. */
const LOOK_MS = 25;
/** How long a process keeps those of lower rank out by having waited; renewed with every look. */
const CLAIM_MS = 5 * LOOK_MS;

/**
 * Gate and budget of an Autotask instance over rows, for several processes (DESIGN §7).
 *
 * @param requestMs the longest a request can take.
 */
export function sharedLimits(database: Database, instance: string, requestMs: number): InstanceLimits {
  return {
    gate: new SharedGate(new Places(database, instance, requestMs + PLACE_MARGIN_MS)),
    budget: new SharedBudget(database, instance),
  };
}

/** A place somebody holds. */
interface Place {
  slot: number;
  holder: string;
}

/** The places of an instance: three rows for each endpoint. The place of a process that died is free when its time is over. */
class Places {
  readonly #known = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly instance: string,
    private readonly heldMs: number,
  ) {}

  /** Takes a place unless none is free or somebody of a better rank waits for one elsewhere. */
  async take(endpoint: string, rank: number): Promise<Place | undefined> {
    await this.#ensure(endpoint);
    const holder = randomUUID();
    const [row] = await this.database.sql<{ slot: number }>(
      `update request_slot set holder = ?, held_until = clock_timestamp() + ? * interval '1 millisecond'
       where instance = ? and endpoint = ? and slot = (
           select slot from request_slot where instance = ? and endpoint = ? and held_until < clock_timestamp()
           order by slot limit 1 for update skip locked)
         and not exists (select 1 from request_claim where instance = ? and endpoint = ? and rank < ?
           and claimed_until > clock_timestamp())
       returning slot`,
      [holder, this.heldMs, ...Array.from({ length: 3 }, () => [this.instance, endpoint]).flat(), rank],
    );
    // All taken, or the rows are gone (a restored or emptied database): the next look makes sure of them.
    if (!row) this.#known.delete(endpoint);
    return row && { slot: row.slot, holder };
  }

  /** Says that somebody of this rank waits here, so that those after it in other processes hold back. */
  async claim(endpoint: string, rank: number): Promise<void> {
    await this.database.sql(
      `insert into request_claim (instance, endpoint, rank, claimed_until)
       values (?, ?, ?, clock_timestamp() + ? * interval '1 millisecond')
       on conflict (instance, endpoint, rank) do update set claimed_until = excluded.claimed_until`,
      [this.instance, endpoint, rank, CLAIM_MS],
    );
  }

  /** Gives a place back; one that was taken over meanwhile is left alone. */
  async leave(endpoint: string, { slot, holder }: Place): Promise<void> {
    await this.database.sql(
      `update request_slot set holder = null, held_until = to_timestamp(0)
       where instance = ? and endpoint = ? and slot = ? and holder = ?`,
      [this.instance, endpoint, slot, holder],
    );
  }

  async #ensure(endpoint: string): Promise<void> {
    if (this.#known.has(endpoint)) return;
    await this.database.sql(
      `insert into request_slot (instance, endpoint, slot, held_until)
       select ?, ?, slot, to_timestamp(0) from generate_series(1, ?) slot on conflict do nothing`,
      [this.instance, endpoint, IN_FLIGHT_PER_ENDPOINT],
    );
    this.#known.add(endpoint);
  }
}

interface Lane {
  line: WaitingLine<Place>;
  pumping: boolean;
  /** Ends the rest between two looks: a place became free here. */
  wake: () => void;
}

/** At most three requests per endpoint in flight over all processes; within one process the best rank goes first. */
class SharedGate implements Gate {
  readonly #lanes = new Map<string, Lane>();

  constructor(private readonly places: Places) {}

  async run<T>(endpoint: string, work: () => Promise<T>, waiting: Waiting = {}): Promise<T> {
    let lane = this.#lanes.get(endpoint);
    if (!lane) this.#lanes.set(endpoint, (lane = { line: new WaitingLine(), pumping: false, wake: () => {} }));
    const entering = lane.line.wait(waiting);
    void this.#pump(endpoint, lane);
    const place = await entering;
    try {
      return await work();
    } finally {
      await this.#leave(endpoint, place);
      lane.wake();
    }
  }

  /** Lets in whoever waits here, one after another, until nobody does. */
  async #pump(endpoint: string, lane: Lane): Promise<void> {
    if (lane.pumping) return;
    lane.pumping = true;
    try {
      for (let rank = lane.line.rank; rank !== undefined; rank = lane.line.rank) {
        const place = await this.places.take(endpoint, rank);
        if (!place) {
          await this.places.claim(endpoint, rank);
          await restOf(lane);
        } else if (!lane.line.admit(place)) await this.#leave(endpoint, place);
      }
    } catch (error) {
      // Without the rows nobody knows how many are in flight, so nothing is sent.
      lane.line.refuse(error);
    } finally {
      lane.pumping = false;
    }
  }

  /** The rows may be away for a moment: the place is free again when its time is over, and the answer counts. */
  async #leave(endpoint: string, place: Place): Promise<void> {
    await this.places.leave(endpoint, place).catch(() => {});
  }
}

async function restOf(lane: Lane): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, LOOK_MS * (0.5 + Math.random()));
    lane.wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

/** What the budget's row says when it refuses. */
interface Standing {
  own: number;
  refresh_due: boolean;
  refresh_in: number;
  oldest: string | null;
  minute: string;
  frame: number;
  request_limit: number;
}

const MINUTE_NOW = `(floor(extract(epoch from clock_timestamp()) / 60))::bigint`;
/** Requests of ours in the tenant's time frame; `b` is the row, `n.minute` the running minute. */
const OWN = `coalesce((select sum(e.value::int) from jsonb_each_text(b.minutes) e
  where e.key::bigint > n.minute - b.time_frame_minutes), 0)`;
const COUNTED = `minutes = coalesce((select jsonb_object_agg(e.key, e.value) from jsonb_each(b.minutes) e
    where e.key::bigint > n.minute - b.time_frame_minutes), '{}'::jsonb)
  || jsonb_build_object(n.minute::text, coalesce((b.minutes ->> n.minute::text)::int, 0) + 1),
  sent_since_read = b.sent_since_read + 1`;

/**
 * The budget of an instance in one row, so that asking and counting are one step for all processes. The same rules as
 * `RequestBudget`; minutes are the database's.
 */
class SharedBudget implements Budget {
  refreshDue = true;
  #known = false;

  constructor(
    private readonly database: Database,
    private readonly instance: string,
  ) {}

  async take(purpose: RequestPurpose, share: number, isAgain = false): Promise<Admission> {
    await this.#ensure();
    const [row] = await this.database.sql<{ refresh_due: boolean }>(
      `update request_budget b set ${COUNTED} from (select ${MINUTE_NOW} as minute) n
       where b.instance = ? and ${OWN} < b.request_limit * ?::float8
         and (?::boolean or b.tenant_count + b.sent_since_read <= b.request_limit * ?::float8)
       returning b.refresh_at <= clock_timestamp() as refresh_due`,
      [this.instance, usableShare(purpose, share), purpose === 'writing', WRITING_ONLY_FROM],
    );
    if (!row) {
      const refusal = await this.#refusal(usableShare(purpose, share));
      if (refusal) return refusal;
      // The row is gone (a restored or emptied database): nothing of ours is counted there, so it starts anew, once.
      this.#known = false;
      return isAgain ? { admitted: false, retryAfterMs: 1000 } : await this.take(purpose, share, true);
    }
    this.refreshDue = row.refresh_due;
    return { admitted: true };
  }

  async count(): Promise<void> {
    await this.#ensure();
    await this.database.sql(
      `update request_budget b set ${COUNTED} from (select ${MINUTE_NOW} as minute) n where b.instance = ?`,
      [this.instance],
    );
  }

  async refresh(read: () => Promise<Threshold>): Promise<void> {
    await this.#ensure();
    // Whoever moves the time on is the one who reads; the others go on with the figures there are.
    const mine = await this.database.sql(
      `update request_budget set refresh_at = clock_timestamp() + ? * interval '1 millisecond'
       where instance = ? and refresh_at <= clock_timestamp() returning instance`,
      [RETRY_REFRESH_MS, this.instance],
    );
    this.refreshDue = false;
    if (mine.length === 0) return;
    let threshold: Threshold;
    try {
      threshold = await read();
    } catch {
      return; // the old figures stay
    }
    await this.database.sql(
      `update request_budget set request_limit = ?, time_frame_minutes = ?, tenant_count = ?, sent_since_read = 0,
              refresh_at = clock_timestamp() + ? * interval '1 millisecond'
       where instance = ?`,
      [threshold.limit, threshold.timeFrameMinutes, threshold.current, REFRESH_MS, this.instance],
    );
  }

  async #refusal(share: number): Promise<Admission | undefined> {
    const [row] = await this.database.sql<Standing>(
      `select ${OWN}::int as own, b.refresh_at <= clock_timestamp() as refresh_due, b.request_limit,
              extract(epoch from b.refresh_at - clock_timestamp())::float8 * 1000 as refresh_in,
              (select min(e.key::bigint)::text from jsonb_each(b.minutes) e
                 where e.key::bigint > n.minute - b.time_frame_minutes) as oldest,
              n.minute::text as minute, b.time_frame_minutes as frame
       from request_budget b, (select ${MINUTE_NOW} as minute) n where b.instance = ?`,
      [this.instance],
    );
    this.refreshDue = row?.refresh_due ?? true;
    if (!row) return undefined;
    const spent = row.own >= row.request_limit * share;
    const minutes = row.oldest === null ? 1 : Number(row.oldest) + row.frame + 1 - Number(row.minute);
    return { admitted: false, retryAfterMs: Math.max(1000, spent ? minutes * 60_000 : row.refresh_in) };
  }

  async #ensure(): Promise<void> {
    if (this.#known) return;
    await this.database.sql(
      `insert into request_budget (instance, refresh_at) values (?, to_timestamp(0)) on conflict do nothing`,
      [this.instance],
    );
    this.#known = true;
  }
}
