/** The panel's behaviour, sent to the browser as it is. All text of rows is set as text, never as markup. */
export const PANEL_SCRIPT = String.raw`
import { showFrame } from '/panel-frame.js';

const at = (id) => document.getElementById(id);
const TABS = ['catalogue', 'integrations', 'orders', 'customers'];
const THEMES = ['system', 'light', 'dark'];
const state = { tab: 'integrations', path: '/', now: '', installation: null, frame: null, frameOf: '', dirty: 0 };

function make(tag, text, className) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (className) element.className = className;
  return element;
}
function say(text, bad) {
  at('said').textContent = text;
  at('said').className = bad ? 'bad' : '';
}
async function call(method, path, body) {
  const response = await fetch('/_sandbox' + path, {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.reason || (answer.errors || []).join(' ') || 'The sandbox answered ' + response.status + '.');
  return answer;
}
function fill(body, rows) {
  body.replaceChildren(...rows.map((cells) => {
    const row = make('tr');
    for (const cell of cells) row.append(cell instanceof Node ? cell : make('td', cell));
    return row;
  }));
}
function day(iso) {
  if (!iso) return '';
  return new Date(iso).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
}
function period(of) {
  return of.duration === 1 ? of.type : of.duration + ' ' + of.type + 's';
}

/* Tabs: arrow keys move, the address remembers tab and the extension's own path. */
function select(tab, focus) {
  if (state.tab === 'integrations' && tab !== 'integrations' && state.dirty > 0) {
    const leave = confirm('The extension has ' + state.dirty + ' unsaved changes. They stay in its frame. Go on?');
    if (!leave) return;
  }
  state.tab = tab;
  for (const name of TABS) {
    const button = at('tab-' + name);
    button.setAttribute('aria-selected', String(name === tab));
    button.tabIndex = name === tab ? 0 : -1;
    at('panel-' + name).hidden = name !== tab;
  }
  if (focus) at('tab-' + tab).focus();
  remember();
  refresh();
}
function remember() {
  history.replaceState(null, '', '#' + state.tab + (state.tab === 'integrations' && state.path !== '/' ? state.path : ''));
}
function recall() {
  const [, tab, path] = /^#([a-z]+)(\/.*)?$/.exec(location.hash) || [];
  if (TABS.includes(tab)) state.tab = tab;
  if (path) state.path = path;
}

/* The integration card and its frame. */
function actionButton(label, run, main, sign) {
  const button = make('button', sign ? undefined : label, main ? 'main' : '');
  if (sign) {
    const icon = make('span', sign);
    icon.setAttribute('aria-hidden', 'true');
    button.append(icon, ' ' + label);
  }
  button.type = 'button';
  button.addEventListener('click', async () => {
    for (const other of at('extension-actions').children) other.disabled = true;
    try {
      await run();
    } catch (error) {
      extensionSays(error.message, true);
    }
    for (const other of at('extension-actions').children) other.disabled = false;
    await refresh(true);
  });
  return button;
}
function extensionSays(text, bad) {
  at('extension-state').textContent = text;
  at('extension-state').className = bad ? 'bad' : '';
}
async function install() {
  extensionSays('Waiting for the extension to answer…');
  try {
    await call('POST', '/install', {});
    // What an installation does first: its settings, or the first connection while there is none.
    state.path = '/settings/connections';
    extensionSays('Installed.');
  } catch (error) {
    extensionSays('The extension was not installed. ' + error.message, true);
  }
}
/** Asks before something unsaved is lost. */
const mayLeave = (what) => state.dirty === 0 || confirm('The extension has ' + state.dirty + ' unsaved changes. Open ' + what + ' all the same?');
/** Opens the extension anew at one of its addresses, unless something unsaved would be lost. */
function openAt(path) {
  if (!mayLeave('this')) return;
  state.dirty = 0;
  state.path = path;
  state.frameOf = '';
  select('integrations', true);
  showInstallation();
}
function openButton(label, path) {
  const button = make('button', 'Open in extension');
  button.type = 'button';
  button.setAttribute('aria-label', 'Open in extension: ' + label);
  button.addEventListener('click', () => openAt(path));
  return button;
}
const isRunning = () => Boolean(state.installation) && ['installed', 'enabled'].includes(state.installation.status);
/** The extension finds the task of an order, or what is open of its subscription, by itself. */
const pathOf = (of) => '/open?' + new URLSearchParams(of);
/** The gear: the extension begins anew at its settings, unless something unsaved would be lost. */
async function openSettings() {
  if (!mayLeave('its settings')) return;
  state.path = '/settings/connections';
  state.frameOf = '';
}
async function tell(event) {
  extensionSays('Waiting for the extension to answer…');
  const answer = await call('POST', '/lifecycle', { installationId: state.installation.id, event });
  extensionSays('The extension is ' + answer.status + '.');
}
function showInstallation() {
  const row = state.installation;
  const running = isRunning();
  if (row) at('extension-name').textContent = row.extensionName;
  // Once it runs, the room belongs to the extension.
  for (const line of document.querySelectorAll('.about')) line.hidden = running;
  const buttons = [];
  if (!row || row.status === 'uninstalled' || row.status === 'redacted') buttons.push(actionButton('Install now', install, true));
  if (running) buttons.push(actionButton('Settings', openSettings, false, '⚙'));
  if (running) buttons.push(actionButton('Disable', () => tell('disabled')));
  if (row && row.status === 'disabled') buttons.push(actionButton('Enable', () => tell('enabled'), true));
  if (row && (running || row.status === 'disabled')) buttons.push(actionButton('Uninstall', () => tell('uninstalled')));
  if (row && row.status === 'uninstalled') buttons.push(actionButton('Erase its data', () => tell('redact')));
  at('extension-actions').replaceChildren(...buttons);
  if (row && !at('extension-state').textContent) extensionSays('The extension is ' + row.status + '.');
  const frameOf = running ? row.id + ' ' + row.baseUrl + ' ' + row.updatedAt : '';
  if (frameOf === state.frameOf) return;
  state.frameOf = frameOf;
  state.dirty = 0;
  if (state.frame) state.frame.remove();
  state.frame = running ? openFrame(row) : null;
}
function openFrame(row) {
  return showFrame({
    place: at('frame'),
    baseUrl: row.baseUrl,
    installationId: row.id,
    timeZone: row.timeZone,
    path: () => state.path,
    pageUrl: location.origin + location.pathname + '#integrations{path}',
    theme: () => at('theme').value,
    token: () => call('POST', '/token', { installationId: row.id, role: at('role').value, userId: 'user-1' }),
    onNavigated(path, title) {
      state.path = path;
      document.title = (title ? title + ' – ' : '') + 'Demo Marketplace (sandbox)';
      remember();
    },
    onDirty(count) {
      state.dirty = count;
    },
    onSilent(silent) {
      extensionSays(silent ? 'The extension did not answer. Check that it runs at its address, then reload.' : 'The extension is ' + row.status + '.', silent);
    },
  });
}

/* Lists. */
async function showProducts() {
  const rows = await call('GET', '/panel/products?search=' + encodeURIComponent(at('catalogue-search').value));
  fill(at('products'), rows.map((row) => [
    row.name, row.plan, period(row.billingPeriod), period(row.subscriptionPeriod), row.mpn || '–',
    row.prices.map((price) => price.amount + ' ' + price.currency + (price.type === 'setup' ? ' setup' : '') + (price.lowerLimit > 1 ? ' from ' + price.lowerLimit : '')).join(', '),
  ]));
}
async function showCustomers() {
  const rows = await call('GET', '/panel/customers?search=' + encodeURIComponent(at('customer-search').value));
  fill(at('customers'), rows.map((row) => [row.name, row.id, row.status, row.currency]));
}
function openCell(row) {
  const cell = make('td');
  if (isRunning()) cell.append(openButton(row.orderNumber, pathOf({ order: row.orderNumber, subscription: row.subscriptionId || '' })));
  return cell;
}
async function showOrders() {
  const rows = await call('GET', '/panel/orders');
  fill(at('orders'), rows.map((row) => [
    row.orderNumber, row.type, row.customer, row.status, day(row.creationDate), day(row.provisioningDate),
    make('td', row.total.amount + ' ' + row.total.currency, 'number'), openCell(row),
  ]));
}

/* The order form. */
function options(list, rows, text) {
  const chosen = list.value;
  list.replaceChildren(...rows.map((row) => {
    const option = make('option', text(row));
    option.value = row.id;
    return option;
  }));
  if (rows.some((row) => row.id === chosen)) list.value = chosen;
}
const kind = () => document.querySelector('input[name=kind]:checked').value;
let subscriptions = [];
async function offerCustomers() {
  const rows = await call('GET', '/panel/customers?search=' + encodeURIComponent(at('order-search').value));
  options(at('order-customer'), rows.filter((row) => row.status === 'active'), (row) => row.name + ' (' + row.currency + ')');
  await offerSubscriptions();
}
function offerSubscription() {
  at('subscription-open').hidden = !isRunning() || subscriptions.length === 0;
}
async function offerSubscriptions() {
  const rows = await call('GET', '/panel/subscriptions?customerId=' + encodeURIComponent(at('order-customer').value));
  subscriptions = rows.filter((row) => row.status === 'active' || row.status === 'hold');
  options(at('order-subscription'), subscriptions, (row) => row.name + ', ' + row.products.map((p) => p.quantity).join('+') + ' (' + row.id + ')');
  offerSubscription();
  await offerProducts();
}
async function offerProducts() {
  if (kind() === 'sales') {
    const rows = await call('GET', '/panel/products');
    options(at('order-product'), rows, (row) => row.name + ', per ' + period(row.billingPeriod) + ', term ' + period(row.subscriptionPeriod));
    return;
  }
  const held = subscriptions.find((row) => row.id === at('order-subscription').value);
  options(at('order-product'), held ? held.products : [], (row) => row.name + ' (now ' + row.quantity + ')');
}
function showKind() {
  at('order').querySelector('[type=submit]').textContent = kind() === 'usage' ? 'Report usage' : 'Place order';
  if (kind() === 'usage' && !at('usage-from').value) {
    // The month before the sandbox's today: a period that is over is charged by the next check.
    const today = new Date(state.now || Date.now());
    const first = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - 1, 1));
    const last = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), 0));
    at('usage-from').value = first.toISOString().slice(0, 10);
    at('usage-to').value = last.toISOString().slice(0, 10);
  }
  for (const field of document.querySelectorAll('[data-kind]')) field.hidden = !field.dataset.kind.split(' ').includes(kind());
  offerProducts();
}
async function placeOrder(event) {
  event.preventDefault();
  const type = kind();
  if (type === 'usage') return reportUsage();
  const order = { type, customerId: at('order-customer').value, completeAfterMs: Number(at('order-completes').value) };
  if (type !== 'sales') Object.assign(order, { subscriptionId: at('order-subscription').value, effective: at('order-effective').value });
  if (type !== 'cancellation') order.items = [{ productId: at('order-product').value, quantity: Number(at('order-quantity').value) }];
  if (type === 'cancellation' && at('order-fee').value.trim() !== '') order.fee = at('order-fee').value.trim();
  const button = at('order').querySelector('button');
  button.disabled = true;
  try {
    const placed = await call('POST', '/orders', order);
    say(placed.orderNumber + ' is ' + placed.status + ', total ' + placed.total.amount + ' ' + placed.total.currency + '.');
    await Promise.all([showOrders(), offerSubscriptions()]);
  } catch (error) {
    say(error.message, true);
  }
  button.disabled = false;
}

async function reportUsage() {
  const usage = {
    subscriptionId: at('order-subscription').value, productId: at('order-product').value,
    quantity: at('order-quantity').value, periodStart: at('usage-from').value, periodEnd: at('usage-to').value,
  };
  try {
    const row = await call('POST', '/usage', usage);
    say('Usage of ' + row.amount + ' ' + row.currency + ' is reported. It is charged once its period is over.');
  } catch (error) {
    say(error.message, true);
  }
}

/* The clock. */
async function move(change) {
  const now = new Date(state.now);
  change(now);
  try {
    await call('PUT', '/clock', { now: now.toISOString() });
    say('The clock moved to ' + day(now.toISOString()) + '.');
  } catch (error) {
    say(error.message, true);
  }
  await refresh(true);
}
function nextMonth(date) {
  const dayOfMonth = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + 1);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(dayOfMonth, last));
}

/** Approves and posts everything up to the end of the month that the clock stands in. */
async function postMonth() {
  const upTo = lastOfMonth();
  at('post').disabled = true;
  try {
    const posted = await call('POST', '/approve-and-post', { upTo });
    say(posted.items === 0 ? 'Nothing was left to post up to ' + day(upTo) + '.' : 'Posted up to ' + day(upTo) + ': ' + posted.items + ' billing items.');
  } catch (error) {
    say(error.message, true);
  }
  at('post').disabled = false;
}
function lastOfMonth() {
  const now = new Date(state.now);
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 0)).toISOString().slice(0, 10);
}
function showMonth() {
  at('post').hidden = !state.canPost;
  at('post').textContent = 'Post ' + new Date(state.now).toLocaleDateString('en-GB', { month: 'long', timeZone: 'UTC' });
}

/* Light and dark; storage may be blocked, then the choice lasts as long as the page. */
function showTheme(theme) {
  at('theme').value = theme;
  document.documentElement.dataset.theme = theme;
  if (state.frame) state.frame.sendContext();
}
function rememberedTheme() {
  try {
    const theme = localStorage.getItem('theme');
    return THEMES.includes(theme) ? theme : 'system';
  } catch {
    return 'system';
  }
}
function chooseTheme() {
  showTheme(at('theme').value);
  try {
    localStorage.setItem('theme', at('theme').value);
  } catch {
    // Blocked.
  }
}

const SHOW = { catalogue: showProducts, orders: showOrders, customers: showCustomers, integrations: async () => {} };
let shown = '';
async function refresh(force) {
  try {
    const status = await call('GET', '/panel/status');
    state.now = status.now;
    state.installation = status.installation;
    state.canPost = status.canPost;
    showMonth();
    offerSubscription();
    at('clock').textContent = day(status.now);
    const now = JSON.stringify(status.installation);
    if (force || now !== shown) {
      shown = now;
      showInstallation();
    }
    await SHOW[state.tab]();
  } catch (error) {
    say(error.message, true);
  }
}

for (const name of TABS) {
  at('tab-' + name).addEventListener('click', () => select(name));
  at('tab-' + name).addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) select(TABS[(TABS.indexOf(name) + step + TABS.length) % TABS.length], true);
  });
}
at('day').addEventListener('click', () => move((date) => date.setUTCDate(date.getUTCDate() + 1)));
at('month').addEventListener('click', () => move(nextMonth));
at('post').addEventListener('click', postMonth);
at('theme').addEventListener('change', chooseTheme);
at('subscription-open').addEventListener('click', () => openAt(pathOf({ subscription: at('order-subscription').value })));
at('role').addEventListener('change', () => state.frame && state.frame.sendToken());
at('catalogue-search').addEventListener('input', showProducts);
at('customer-search').addEventListener('input', showCustomers);
at('order-search').addEventListener('input', offerCustomers);
at('order-customer').addEventListener('change', offerSubscriptions);
at('order-subscription').addEventListener('change', offerProducts);
for (const radio of document.querySelectorAll('input[name=kind]')) radio.addEventListener('change', showKind);
at('order').addEventListener('submit', placeOrder);
addEventListener('beforeunload', (event) => {
  if (state.dirty > 0) event.preventDefault();
});
recall();
showTheme(rememberedTheme());
select(state.tab);
offerCustomers().then(showKind);
setInterval(() => document.hidden || refresh(), 5000);
`;
