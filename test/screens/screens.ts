import type { Person } from '../support/browser.js';
import { LONG, type Scene } from './scene.js';

/** A screen in one state. */
export interface Picture {
  name: string;
  /** Route of the extension. */
  path: string;
  /** What is there once it is drawn, as a CSS or text selector inside the frame. */
  shows: string;
  role?: 'admin' | 'viewer';
  /** Made of the same parts as another one: for people to look at, and for the checks of `npm test` with EVERY_SCREEN=1 only. */
  alike?: true;
  /**
   * Answers of the API in its place: a status without a body is a problem, `never` no answer at all, `edit` what the API
   * says with something in it changed. `method` = only those calls.
   */
  answers?: {
    url: RegExp;
    method?: string;
    status?: number;
    json?: unknown;
    never?: true;
    edit?: (answer: any) => unknown;
  }[];
  /** Nothing that earlier screens have read may be remembered, nor what this one reads: the page is loaded anew. */
  fresh?: true;
  /** What a person does there first. */
  act?: (person: Person) => Promise<void>;
  /** What brings the screen back to where the next one can begin; Escape closes dialogs anyway. */
  after?: (person: Person) => Promise<void>;
}

const press = (name: string | RegExp) => async (person: Person) =>
  await person.ui.getByRole('button', { name }).first().click();
const dialog = async ({ ui }: Person): Promise<void> => await ui.getByRole('dialog').waitFor();
/** Chooses from the menu of the first row. */
const fromMenu = (act: string) => async (person: Person) => {
  await press(/^More actions/)(person);
  await person.ui.getByRole('menuitem', { name: act }).click();
  await dialog(person);
};
/** Opens the panel of the first row, and a dialog from there. */
const fromPanel = (act: string) => async (person: Person) => {
  await person.ui.locator('tr.data').first().focus();
  await person.page.keyboard.press('Enter');
  await person.ui.locator('.panel').getByRole('button', { name: act }).click();
  await dialog(person);
};
const unavailable = (url: RegExp): NonNullable<Picture['answers']> => [{ url, status: 503 }];
/** Takes back what was entered, below the question about it. */
const discard = async (person: Person): Promise<void> => {
  await person.page.keyboard.press('Escape');
  await press('Discard')(person);
};

/** Tabs of the sandbox's own panel, outside the extension's frame, with what is there once they are drawn. */
export const PANEL_TABS = {
  Catalogue: '#products tr',
  Integrations: '#extension-actions button',
  Orders: '#orders tr',
  Customers: '#customers tr',
};

/** Every screen of the page in every state worth looking at (reference/page-design §8). */
export function everyScreen(scene: Scene): Picture[] {
  const c = `/c/${scene.connectionId}`;
  const none = `/c/${scene.emptyConnectionId}`;
  const tasks = `${c}/tasks`;
  const wizard = (task: keyof Scene['tasks'], step: string): string => `${tasks}/${scene.tasks[task]}/sync/${step}`;
  const nothing = { items: [], total: 0, page: 1, pageSize: 100 };
  return [
    { name: 'tasks', path: `${tasks}?view=needsYou`, shows: 'tr.data, li' },
    { name: 'tasks-all', alike: true, path: `${tasks}?view=all&sort=-effectiveDate`, shows: 'tr.data, li' },
    {
      name: 'tasks-selected',
      path: `${tasks}?view=all&sort=-effectiveDate`,
      shows: 'tr.data',
      act: async ({ ui }) => {
        const boxes = ui.getByRole('checkbox');
        for (const index of [0, 1, 2]) await boxes.nth(index).check();
      },
    },
    ...(['ready', 'failed', 'uncertain', 'changed', 'synced', 'needsAll'] as const).map((task) => ({
      name: `task-${task}`,
      ...(task === 'ready' || task === 'uncertain' ? {} : { alike: true as const }),
      path: `${tasks}?view=all&sort=-effectiveDate&task=${scene.tasks[task]}`,
      shows: '.timeline li',
    })),
    {
      name: 'tasks-ignore-dialog',
      path: `${tasks}?view=all&task=${scene.tasks.needsAll}`,
      shows: '.timeline li',
      act: async (person) => {
        await person.ui.getByRole('button', { name: 'Ignore' }).last().click();
        await dialog(person);
      },
    },
    {
      name: 'tasks-bulk-dialog',
      path: `${tasks}?view=ready`,
      shows: 'tr.data',
      act: async (person) => {
        await press(/^Sync (all )?\d+/)(person);
        await dialog(person);
      },
    },
    {
      name: 'tasks-columns',
      alike: true,
      path: `${tasks}?view=all&sort=-effectiveDate`,
      shows: 'tr.data',
      act: press('Columns'),
    },
    {
      name: 'tasks-customer',
      alike: true,
      path: `${tasks}?view=all&sort=-effectiveDate`,
      shows: 'tr.data',
      act: async (person) => {
        await press(/^Customer: /)(person);
        await person.ui.getByRole('listbox').getByRole('option').first().waitFor();
      },
    },
    { name: 'open-none', path: '/open?order=SO999999', shows: '.empty' },
    {
      name: 'tasks-paused',
      alike: true,
      path: `${tasks}?view=ready`,
      shows: '.banner',
      fresh: true,
      answers: [
        {
          url: /\/api\/v1\/connections(\?|$)/,
          edit: ({ items }) => ({
            items: items.map((one: object) => ({
              ...one,
              state: 'paused',
              pause: { code: 'CREDENTIALS_REFUSED', until: '2027-03-10T09:27:00.000Z' },
            })),
          }),
        },
      ],
    },
    { name: 'tasks-no-match', alike: true, path: `${tasks}?view=all&q=nobody`, shows: '.empty' },
    { name: 'tasks-never-checked', path: `${none}/tasks`, shows: '.empty' },
    { name: 'tasks-viewer', path: `${tasks}?view=needsYou`, shows: 'tr.data', role: 'viewer' },
    {
      name: 'tasks-error',
      path: `${tasks}?view=needsYou&type=billing`,
      shows: '.notice.bad',
      answers: [{ url: /\/tasks\?/, status: 503 }],
    },
    {
      name: 'tasks-loading',
      path: `${tasks}?view=needsYou&type=sales`,
      shows: '.skeleton',
      answers: [{ url: /\/tasks\?/, never: true }],
    },
    { name: 'ignored', path: `${tasks}/ignored`, shows: 'tr.data' },
    {
      name: 'ignored-restore-dialog',
      path: `${tasks}/ignored`,
      shows: 'tr.data',
      act: async (person) => {
        await press(/^Restore/)(person);
        await dialog(person);
      },
    },
    { name: 'ignored-empty', alike: true, path: `${none}/tasks/ignored`, shows: '.empty' },
    { name: 'job', path: `${c}/jobs/${scene.bulkJobId}`, shows: 'progress' },
    { name: 'wizard-customer', path: wizard('needsAll', 'customer'), shows: '.choice' },
    { name: 'wizard-product', path: wizard('needsProduct', 'product'), shows: '.steps' },
    { name: 'wizard-contract', path: wizard('longLines', 'contract'), shows: '.choice' },
    { name: 'wizard-lines', path: wizard('ready', 'lines'), shows: '.lines' },
    { name: 'wizard-lines-several', alike: true, path: wizard('cancellation', 'lines'), shows: '.lines' },
    { name: 'wizard-questions', path: wizard('changed', 'lines'), shows: '.lines' },
    { name: 'wizard-confirm', alike: true, path: wizard('ready', 'confirm'), shows: '.plain' },
    {
      name: 'wizard-confirm-open',
      path: wizard('cancellation', 'confirm'),
      shows: '.plain',
      act: async ({ ui }) => {
        for (const summary of await ui.locator('summary').all()) await summary.click();
      },
    },
    {
      name: 'wizard-changed',
      path: wizard('ready', 'confirm'),
      shows: '.plain',
      answers: [
        {
          url: /\/sync$/,
          method: 'POST',
          status: 409,
          json: { type: 'urn:psa-sync:problem:PLAN_CHANGED', title: 'Changed', status: 409, code: 'PLAN_CHANGED' },
        },
      ],
      act: async (person) => {
        await press('Sync All')(person);
        await person.ui.getByRole('alert').getByText('Autotask changed after you confirmed').waitFor();
      },
    },
    {
      name: 'wizard-nothing',
      path: wizard('cancellation', 'confirm'),
      shows: '.notice.good',
      fresh: true,
      answers: [
        {
          url: /\/plan$/,
          edit: (plan) => ({
            ...plan,
            amounts: Object.fromEntries(Object.keys(plan.amounts).map((block) => [block, { rows: [], total: '0' }])),
            operations: [],
            lines: [],
            invoiceImpact: [],
            requiredActions: [],
            warnings: [],
          }),
        },
      ],
    },
    {
      name: 'wizard-loading',
      alike: true,
      path: wizard('longLines', 'lines'),
      shows: 'h1',
      answers: [{ url: /\/plan$/, never: true }],
    },
    {
      name: 'wizard-error',
      alike: true,
      fresh: true,
      path: wizard('longLines', 'lines'),
      shows: '.notice.bad',
      answers: unavailable(/\/plan$/),
    },
    { name: 'wizard-viewer', path: wizard('ready', 'confirm'), shows: '.plain', role: 'viewer' },
    { name: 'wizard-result', path: wizard('synced', 'result'), shows: 'ol.stack' },
    { name: 'wizard-failed', path: wizard('failed', 'result'), shows: '.notice' },
    { name: 'wizard-uncertain', path: wizard('uncertain', 'result'), shows: '.choice' },
    {
      name: 'wizard-unknown-task',
      alike: true,
      path: `${tasks}/00000000-0000-4000-8000-000000000000/sync/lines`,
      shows: '.empty',
    },
    { name: 'customers', path: `${c}/mapping/customers`, shows: 'tr.data' },
    { name: 'customers-all', alike: true, path: `${c}/mapping/customers?status=all`, shows: 'tr.data' },
    {
      name: 'customers-staged',
      path: `${none}/mapping/customers`,
      shows: 'tr.data',
      act: press(/^Confirm \d+/),
      after: press('Discard'),
    },
    {
      name: 'customers-dialog',
      path: `${c}/mapping/customers?status=suggested`,
      shows: 'tr.data',
      act: async (person) => {
        await person.ui.locator('tr.data').first().focus();
        await person.page.keyboard.press('m');
        await dialog(person);
      },
    },
    {
      name: 'customers-unmap-dialog',
      path: `${c}/mapping/customers?status=matched`,
      shows: 'tr.data',
      act: fromMenu('Unmap…'),
    },
    {
      name: 'customers-other-side-dialog',
      alike: true,
      path: `${c}/mapping/customers?status=matched`,
      shows: 'tr.data',
      act: fromMenu('Change the customer…'),
    },
    {
      name: 'reconcile-dialog',
      path: `${c}/mapping/customers?status=matched`,
      shows: 'tr.data',
      act: fromMenu('Reconcile…'),
    },
    {
      name: 'reconciled-dialog',
      path: `${c}/mapping/customers?status=matched`,
      shows: 'tr.data',
      // Compared for real, the list behind would be another one for the pictures after it.
      answers: [
        {
          url: /\/reconcile$/,
          json: {
            subscriptions: ['task', 'nothing_to_do', 'not_mapped'].map((outcome, index) => ({
              subscriptionId: `120006${index}`,
              subscriptionName: index === 2 ? LONG : 'Example Office Premium',
              outcome,
              taskId: outcome === 'task' ? scene.tasks.ready : null,
            })),
          },
        },
      ],
      act: async (person) => {
        await fromMenu('Reconcile…')(person);
        await press('Compare now')(person);
        await person.ui.getByRole('dialog').getByRole('table').waitFor();
      },
    },
    {
      name: 'customers-error',
      alike: true,
      path: `${c}/mapping/customers?q=somebody`,
      shows: '.notice.bad',
      answers: unavailable(/\/customers\?/),
    },
    {
      name: 'customers-loading',
      alike: true,
      path: `${c}/mapping/customers?q=anybody`,
      shows: '.skeleton',
      answers: [{ url: /\/customers\?/, never: true }],
    },
    { name: 'customers-viewer', path: `${c}/mapping/customers?status=all`, shows: 'tr.data', role: 'viewer' },
    { name: 'customers-empty', alike: true, path: `${none}/mapping/customers?q=zzzz`, shows: '.empty' },
    { name: 'products', path: `${c}/mapping/products`, shows: 'tr.data' },
    {
      name: 'product-dialog',
      path: `${c}/mapping/products`,
      shows: 'tr.data',
      act: async (person) => {
        await person.ui.locator('tr.data').nth(1).focus();
        await person.page.keyboard.press('m');
        await dialog(person);
      },
    },
    {
      name: 'new-service',
      path: `${c}/mapping/products`,
      shows: 'tr.data',
      act: fromMenu('Add product to Autotask…'),
    },
    { name: 'fees', path: `${c}/mapping/fees`, shows: '.card' },
    { name: 'import', path: `${c}/mapping/import`, shows: '.plain tr' },
    {
      name: 'import-profile',
      path: `${c}/mapping/import`,
      shows: '.plain tr',
      act: async (person) => {
        await press(/^Import: /)(person);
        await dialog(person);
      },
    },
    {
      name: 'import-all-dialog',
      alike: true,
      path: `${c}/mapping/import`,
      shows: '.plain tr',
      act: async (person) => {
        await press('Import all complete…')(person);
        await dialog(person);
      },
    },
    { name: 'import-run', path: `${c}/mapping/import/${scene.importJobId}`, shows: 'progress' },
    { name: 'csv', alike: true, path: `${c}/mapping/csv`, shows: 'input[type=file]' },
    {
      name: 'csv-problems',
      path: `${c}/mapping/csv`,
      shows: 'input[type=file]',
      act: async ({ ui }) => {
        await ui.getByLabel('CSV file').setInputFiles({
          name: 'mappings.csv',
          mimeType: 'text/csv',
          buffer: Buffer.from(
            'kind,marketplaceKey,autotaskId\ncustomer,1000002,122\ncustomer,9999999,130\ncustomer,1000007,999999\n',
          ),
        });
        await ui.getByText('Nothing is saved yet', { exact: false }).first().waitFor();
      },
    },
    { name: 'subscriptions', path: `${c}/subscriptions`, shows: 'tr.data' },
    {
      name: 'subscription-panel',
      path: `${c}/subscriptions?status=outOfSync`,
      shows: 'tr.data',
      act: async (person) => {
        await person.ui.locator('tr.data').first().focus();
        await person.page.keyboard.press('Enter');
        await person.ui.locator('.panel, [role=dialog]').first().waitFor();
      },
    },
    {
      name: 'subscription-contract',
      path: `${c}/subscriptions?status=notMapped&q=Maple`,
      shows: 'tr.data',
      act: async (person) => {
        await person.ui.locator('tr.data').first().focus();
        await person.page.keyboard.press('m');
        await dialog(person);
      },
    },
    {
      name: 'subscription-sync-dialog',
      path: `${c}/subscriptions?status=outOfSync`,
      shows: 'tr.data',
      act: fromPanel('Sync…'),
    },
    {
      name: 'subscription-unmap-dialog',
      path: `${c}/subscriptions?status=outOfSync`,
      shows: 'tr.data',
      act: fromPanel('Unmap…'),
    },
    {
      name: 'subscription-move-dialog',
      path: `${c}/subscriptions?status=outOfSync`,
      shows: 'tr.data',
      act: async (person) => {
        await fromPanel('Move to another contract…')(person);
        await person.ui.getByRole('dialog').getByText('One subscription goes to one contract').waitFor();
      },
    },
    {
      name: 'subscriptions-error',
      alike: true,
      path: `${c}/subscriptions?q=somebody`,
      shows: '.notice.bad',
      answers: unavailable(/\/subscriptions\?/),
    },
    { name: 'subscriptions-empty', alike: true, path: `${none}/subscriptions`, shows: '.empty' },
    { name: 'log', path: '/log?outcome=all', shows: 'tr.data' },
    {
      name: 'log-entry',
      path: '/log?outcome=all',
      shows: 'tr.data',
      act: async (person) => {
        await person.ui.locator('tr.data').nth(2).focus();
        await person.page.keyboard.press('Enter');
        await person.ui.locator('.panel, [role=dialog]').first().waitFor();
      },
    },
    { name: 'log-empty', alike: true, path: '/log?q=zzzz', shows: '.empty' },
    {
      name: 'log-loading',
      alike: true,
      path: '/log?outcome=all&q=anybody',
      shows: '.skeleton',
      answers: [{ url: /action-log\?/, never: true }],
    },
    {
      name: 'log-error',
      alike: true,
      path: '/log?q=somebody',
      shows: '.notice.bad',
      answers: [{ url: /action-log\?/, status: 500 }],
    },
    { name: 'settings', path: '/settings/connections', shows: '.connections li' },
    { name: 'settings-new', path: '/settings/connections/new', shows: 'form, [name=alias]' },
    ...['connection', 'marketplace', 'billing', 'automation', 'notifications', 'danger'].map((section) => ({
      name: `settings-${section}`,
      ...(section === 'notifications' ? { alike: true as const } : {}),
      path: `/settings/connections/${scene.connectionId}/${section}`,
      shows: '.tabs',
    })),
    {
      name: 'settings-errors',
      path: `/settings/connections/${scene.connectionId}/connection`,
      shows: '.tabs',
      act: async ({ ui, page }) => {
        await ui.getByLabel('Alias').fill('');
        await ui.getByLabel('Time zone').fill('Europe/Nowhere');
        await page.keyboard.press('Control+s');
        await ui.locator('#errors').waitFor();
      },
      after: discard,
    },
    {
      name: 'settings-automation-dialog',
      path: `/settings/connections/${scene.connectionId}/automation`,
      shows: '.tabs',
      act: async (person) => {
        await person.ui.getByRole('radio', { name: 'Once a day' }).check();
        await person.page.keyboard.press('Control+s');
        await dialog(person);
      },
      after: discard,
    },
    {
      name: 'settings-leave-dialog',
      path: `/settings/connections/${scene.connectionId}/notifications`,
      shows: '.tabs',
      act: async (person) => {
        await person.ui.getByRole('radio', { name: 'All tasks' }).check();
        await person.ui.getByRole('link', { name: 'All connections' }).click();
        await dialog(person);
      },
      after: press('Leave without saving'),
    },
    {
      name: 'settings-remove-dialog',
      alike: true,
      path: `/settings/connections/${scene.connectionId}/danger`,
      shows: '.tabs',
      act: async (person) => {
        await press('Remove')(person);
        await dialog(person);
      },
    },
    {
      name: 'settings-viewer',
      path: `/settings/connections/${scene.connectionId}/billing`,
      shows: '.tabs',
      role: 'viewer' as const,
    },
    { name: 'preferences', path: '/settings/preferences', shows: 'h1' },
    {
      name: 'shortcuts',
      path: '/settings/preferences',
      shows: 'h1',
      act: async (person) => {
        await person.ui.locator('h1').click();
        await person.page.keyboard.press('?');
        await dialog(person);
      },
    },
    {
      name: 'notifications',
      path: '/settings/preferences',
      shows: 'h1',
      act: async (person) => {
        await press(/unread|Notifications/)(person);
        await person.ui.locator('.popover').waitFor();
      },
      after: async ({ page }) => await page.keyboard.press('Escape'),
    },
    {
      name: 'menu',
      path: '/settings/preferences',
      shows: 'h1',
      act: async (person) => {
        await press('Settings menu')(person);
        await person.ui.getByRole('menu').waitFor();
      },
    },
    { name: 'insights', path: `${c}/insights`, shows: '.recharts-surface' },
    {
      name: 'insights-table',
      path: `${c}/insights`,
      shows: '.recharts-surface',
      act: async ({ ui }) => {
        for (const button of await ui.getByRole('button', { name: 'Table' }).all()) await button.click();
      },
    },
    {
      name: 'insights-error',
      alike: true,
      path: `${c}/insights?range=90`,
      shows: '.notice.bad',
      answers: unavailable(/\/insights/),
    },
    { name: 'insights-empty', alike: true, path: `${none}/insights`, shows: '.empty a' },
    { name: 'tie-out', alike: true, path: `${c}/tie-out?month=2027-03`, shows: '.tie' },
    {
      name: 'tie-out-open',
      path: `${c}/tie-out?month=2027-03`,
      shows: '.tie',
      act: async ({ ui }) => {
        for (const name of ['Clover Films', 'Maple Printing'])
          await ui.getByRole('button', { name, exact: true }).click();
        await ui.locator('tr.inner .opener').last().click();
      },
    },
    { name: 'tie-out-empty', alike: true, path: `${none}/tie-out?month=2027-03`, shows: '.empty a' },
    {
      name: 'tie-out-error',
      alike: true,
      path: `${c}/tie-out?month=2027-02`,
      shows: '.notice.bad',
      answers: [{ url: /\/tie-out\?/, status: 503 }],
    },
    { name: 'unknown', alike: true, path: '/nowhere', shows: '.empty' },
    {
      name: 'welcome',
      path: '/welcome',
      shows: 'main form',
      fresh: true,
      answers: [{ url: /\/connections\?/, status: 200, json: nothing }],
    },
  ];
}
