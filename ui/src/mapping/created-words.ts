import type { Schemas } from '../api/client';
import { m } from '../messages';

/** What to say of a service that was just created: whatever did not go as the form said, too (FEATURES MAP-7). */
export function createdWords(view: Schemas['NewServiceView']): { tone: 'good' | 'attention'; text: string } {
  const { service, mappingProblem, priceProblem } = view;
  const notes = [
    mappingProblem ? m.products.createdOnly(service.name, mappingProblem.message) : m.products.created(service.name),
    view.foundAgain ? m.products.foundAgain : '',
    view.costWritten ? '' : m.products.costNotWritten,
    priceProblem?.message ?? '',
    ...(priceProblem?.autotask ?? []).map((words) => m.products.autotaskSays(words)),
  ];
  return {
    tone: mappingProblem || priceProblem ? 'attention' : 'good',
    text: notes.filter((note) => note !== '').join(' '),
  };
}
