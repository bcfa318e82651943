import type { CalendarDate } from '../calendar/calendar-date.js';
import { compareTasks } from '../sync-task/task-order.js';
import { effectiveDateOf, taskPlaceOf } from './effective-date.js';
import { planEvent, subscriptionEnds, type PlanEvent } from './plan-event.js';
import { PlanRun, type LinePart } from './plan-run.js';
import { pinsFor, writtenUnits } from './resume.js';
import type { OpenTaskFacts, SyncFacts } from './sync-facts.js';
import type { SyncPlan } from './sync-plan.js';

/** Enough for one extension to make another one necessary, and for both to be placed. */
const ROUNDS = 3;

/** The events a plan carries: the task's own, and open ones of its subscription that fall on the same line and day. */
export interface FoldedRun {
  run: PlanRun;
  folded: SyncPlan['folded'];
}

/**
 * Several changes of one subscription on one line and day become one adjustment, because Autotask takes only one
 * (FEATURES PSH-9; DESIGN §6 Date taken): the later tasks are planned with this one and superseded when it is synced.
 * A task that needs an answer of its own is never carried along.
 *
 * @param plan plans the events of a run, one after the other.
 */
export function foldedRun(facts: SyncFacts, event: PlanEvent, plan: (run: PlanRun) => void): FoldedRun {
  const alone = planned(facts, [event], plan);
  const later = laterTasks(facts);
  if (later.length === 0) return { run: alone, folded: [] };
  if (subscriptionEnds(event)) return { run: alone, folded: overtaken(later, event) };
  const followers = followersOf(facts, later);
  const wrote = hasOwnSteps(alone);
  // What this task has written already decides how many it carried; else as many as meet on a day.
  const counts = wrote ? [0, ...countsOf(followers)] : meetingCounts(facts, event, followers, plan);
  for (const count of counts) {
    const carried = followers.slice(0, count);
    const run = count === 0 ? alone : planned(facts, [event, ...carried], plan);
    const fits = wrote ? agreesWithOwnSteps(run) : meets(run, carried.length) && asksNothingMore(run, alone);
    if (fits) return { run, folded: carried.map((one) => reasonFor(one, event)) };
  }
  return { run: alone, folded: [] };
}

function planned(
  facts: SyncFacts,
  events: readonly [PlanEvent, ...PlanEvent[]],
  plan: (run: PlanRun) => void,
): PlanRun {
  let run = new PlanRun(facts, events);
  plan(run);
  for (let round = 0; round < ROUNDS; round++) {
    // An extension that one change needs moves where the others land, and what is written already stays where it is:
    // everything is placed again with that knowledge.
    const pins = pinsFor(run);
    if (run.lengthened.size === 0 && pins.size <= run.pins.size) break;
    run = new PlanRun(facts, events, new Map([...run.plannedEnds, ...run.lengthened]), pins.size > 0 ? pins : run.pins);
    plan(run);
  }
  return run;
}

/** Open tasks of the subscription that come after this one. */
function laterTasks(facts: SyncFacts): { task: OpenTaskFacts; date: CalendarDate | undefined }[] {
  if (facts.openTasks.length === 0) return [];
  const own = taskPlaceOf(facts.task, facts.timeZone);
  return facts.openTasks
    .map((task) => ({ task, place: taskPlaceOf(task, facts.timeZone) }))
    .filter(({ place }) => compareTasks(own, place) < 0)
    .sort((a, b) => compareTasks(a.place, b.place))
    .map(({ task, place }) => ({ task, date: place.effectiveDate }));
}

/** The unbroken row of later order tasks that could be carried along. */
function followersOf(facts: SyncFacts, later: readonly { task: OpenTaskFacts }[]): PlanEvent[] {
  const followers: PlanEvent[] = [];
  for (const { task } of later) {
    const effective = effectiveDateOf(task, facts.timeZone, facts.contract);
    if (
      !task.order ||
      effective.date === undefined ||
      effective.kind === 'billing' ||
      effective.kind === 'reconciliation'
    )
      break;
    followers.push(planEvent(task, effective, {}));
  }
  return followers;
}

/** Changes that wait while the subscription ends are overtaken by its end (FEATURES PSH-5). */
function overtaken(
  later: readonly { task: OpenTaskFacts; date: CalendarDate | undefined }[],
  event: PlanEvent,
): SyncPlan['folded'] {
  return later
    .filter(({ task, date }) => task.type === 'change' && date !== undefined && date >= event.effective)
    .map(({ task }) => ({
      taskId: task.id,
      reason: `The subscription ends on ${event.effective}; ${task.order?.number ?? 'this change'} no longer counts.`,
    }));
}

function hasOwnSteps(run: PlanRun): boolean {
  return run.facts.ledger.some((step) => step.taskId === run.facts.task.id && step.kind === 'share');
}

/** True when every unit this task's own proven steps moved is planned on its day. */
function agreesWithOwnSteps(run: PlanRun): boolean {
  for (const { target, parts } of run.lines.values())
    for (const { subscriptionId, productKey } of parts) {
      const own = parts.filter((part) => part.subscriptionId === subscriptionId && part.productKey === productKey);
      for (const { from } of target.ledger.ownShare(subscriptionId, productKey)) {
        const planned = own.reduce((sum, part) => (part.date === from ? sum + part.share - part.deduction : sum), 0);
        if (planned !== writtenUnits(target, { subscriptionId, productKey }, from)) return false;
      }
    }
  return true;
}

const countsOf = (followers: readonly PlanEvent[]): number[] => [...followers.keys()].map((index) => index + 1);

/**
 * How many could be carried, most first. Events are planned one after the other, none knowing of later ones, so one run
 * of all of them tells at which the last one carried meets an earlier one: a long queue is not planned once for each
 * length. Where something moves the others – a contract to be extended – every count is tried.
 */
function meetingCounts(
  facts: SyncFacts,
  event: PlanEvent,
  followers: readonly PlanEvent[],
  plan: (run: PlanRun) => void,
): number[] {
  const counts = countsOf(followers).toReversed();
  if (counts.length < 2) return counts;
  const run = planned(facts, [event, ...followers], plan);
  const isPlacedOnce = run.plannedEnds.size === 0 && run.lengthened.size === 0 && run.pins.size === 0;
  return isPlacedOnce ? counts.filter((count) => meets(run, count)) : counts;
}

/** True when the event at this place, 0 being the task's own, changes a line on a day on which an earlier one does. */
function meets(run: PlanRun, place: number): boolean {
  const places = new Map(run.events.map(({ taskId }, index) => [taskId, index]));
  const earlier = ({ taskId }: LinePart): boolean => (places.get(taskId) ?? 0) < place;
  for (const { parts } of run.lines.values())
    for (const part of parts)
      if (
        places.get(part.taskId) === place &&
        part.written &&
        parts.some((other) => earlier(other) && other.written && other.date === part.date)
      )
        return true;
  return false;
}

function asksNothingMore(run: PlanRun, alone: PlanRun): boolean {
  return run.findings.requiredActions.length === alone.findings.requiredActions.length;
}

function reasonFor(carried: PlanEvent, event: PlanEvent): { taskId: string; reason: string } {
  return {
    taskId: carried.taskId,
    reason: `${carried.reference} falls on the same line and day as ${event.reference} and is included.`,
  };
}
