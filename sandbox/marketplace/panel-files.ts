import type { SandboxReply, SandboxRequest } from '../kit/sandbox-server.js';
import { PANEL_FRAME_SCRIPT } from './panel-frame-script.js';
import { PANEL_SCRIPT } from './panel-script.js';
import { PANEL_STYLE } from './panel-style.js';

/**
 * The host panel: one page without any outside resource (reference/page-design.md §4.1). It shows the extension in a
 * frame of the extension's own origin and hands it tokens by `postMessage` with both origins pinned (§3.1).
 */

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  'frame-src http: https:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const TABS = ['Catalogue', 'Integrations', 'Orders', 'Customers'];

/**
 * The panel's files, or undefined for any other path.
 *
 * @param origin the sandbox's own: a visit under another name of the same machine is sent there, because tokens and
 * the extension's frame rules name exactly this origin.
 */
export function panelFile(request: SandboxRequest, origin: string): SandboxReply | undefined {
  if (request.method !== 'GET') return undefined;
  if (request.path === '/') {
    if (request.headers.host !== undefined && `http://${request.headers.host}` !== origin)
      return { status: 302, headers: { location: `${origin}/` } };
    return file('text/html', page());
  }
  if (request.path === '/panel.css') return file('text/css', PANEL_STYLE);
  if (request.path === '/panel.js') return file('text/javascript', PANEL_SCRIPT);
  if (request.path === '/panel-frame.js') return file('text/javascript', PANEL_FRAME_SCRIPT);
  return undefined;
}

function file(type: string, body: string): SandboxReply {
  return {
    status: 200,
    body,
    headers: {
      'content-type': `${type}; charset=utf-8`,
      'cache-control': 'no-store',
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'strict-origin-when-cross-origin',
    },
  };
}

function page(): string {
  const tabs = TABS.map(
    (name) =>
      `<button type="button" role="tab" id="tab-${name.toLowerCase()}" aria-controls="panel-${name.toLowerCase()}" aria-selected="false" tabindex="-1">${name}</button>`,
  ).join('\n        ');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Demo Marketplace (sandbox)</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/panel.css" />
  </head>
  <body>
    <header>
      <h1>Demo Marketplace</h1>
      <div class="clock" role="group" aria-label="Clock of the sandbox">
        <output id="clock">…</output>
        <button type="button" id="day">+1 day</button>
        <button type="button" id="month">+1 month</button>
        <button type="button" id="post" hidden>Post</button>
      </div>
      <label class="role">Signed in as
        <select id="role">
          <option value="admin">Admin</option>
          <option value="operator">Operator</option>
          <option value="viewer">Viewer</option>
        </select>
      </label>
      <label class="role">Theme
        <select id="theme">
          <option value="system">System</option>
          <option value="light">Light</option>
          <option value="dark">Dark</option>
        </select>
      </label>
    </header>
    <div class="note"><span>Sandbox. Nothing here is real.</span><span id="said" role="status"></span></div>
    <div role="tablist" aria-label="Sections">
        ${tabs}
    </div>
    <main>
      <section role="tabpanel" id="panel-catalogue" aria-labelledby="tab-catalogue" hidden>
        <label>Search the catalogue <input id="catalogue-search" type="search" autocomplete="off" /></label>
        <div class="scroll" tabindex="0" role="region" aria-label="Products">
          <table><thead><tr><th>Product</th><th>Plan</th><th>Billed</th><th>Term</th><th>MPN</th><th>Prices</th></tr></thead>
            <tbody id="products"></tbody></table>
        </div>
      </section>
      <section role="tabpanel" id="panel-integrations" aria-labelledby="tab-integrations" hidden>
        <article class="card slim">
          <h2 id="extension-name">PSA sync for Autotask</h2>
          <p class="about">Keeps Autotask contracts in step with what you sell.</p>
          <p class="about quiet">Asks for: customers, products, orders, subscriptions, reports (read); customers (create).</p>
          <p id="extension-state" role="status"></p>
          <div id="extension-actions" class="actions"></div>
        </article>
        <div id="frame"></div>
      </section>
      <section role="tabpanel" id="panel-orders" aria-labelledby="tab-orders" hidden>
        <form id="order" class="card" autocomplete="off">
          <h2>Place an order</h2>
          <fieldset><legend>Kind</legend>
            <label><input type="radio" name="kind" value="sales" checked /> New</label>
            <label><input type="radio" name="kind" value="change" /> Change</label>
            <label><input type="radio" name="kind" value="cancellation" /> Cancel</label>
            <label><input type="radio" name="kind" value="usage" /> Report usage</label>
          </fieldset>
          <label>Find customer <input id="order-search" type="search" autocomplete="off" /></label>
          <label>Customer <select id="order-customer" required></select></label>
          <div data-kind="change cancellation usage"><label for="order-subscription">Subscription</label>
            <div class="with"><select id="order-subscription"></select>
              <button type="button" id="subscription-open" hidden>Open in extension</button></div></div>
          <label data-kind="sales change usage">Product <select id="order-product"></select></label>
          <label data-kind="sales change usage">Quantity <input id="order-quantity" type="number" min="0" step="1" value="5" /></label>
          <label data-kind="usage">First day used <input id="usage-from" type="date" /></label>
          <label data-kind="usage">Last day used <input id="usage-to" type="date" /></label>
          <label data-kind="change cancellation">Takes effect <select id="order-effective">
            <option value="now">now</option><option value="nextBilling">on the next billing date</option><option value="endOfTerm">at the end of the term</option>
          </select></label>
          <label data-kind="cancellation">Cancellation fee <input id="order-fee" inputmode="decimal" placeholder="0.00" /></label>
          <label data-kind="sales change cancellation">Completes <select id="order-completes">
            <option value="0">at once</option><option value="3600000">in one hour</option><option value="86400000">in one day</option><option value="604800000">in one week</option>
          </select></label>
          <button type="submit">Place order</button>
        </form>
        <h2>Newest orders</h2>
        <div class="scroll" tabindex="0" role="region" aria-label="Newest orders">
          <table><thead><tr><th>Order</th><th>Kind</th><th>Customer</th><th>State</th><th>Created</th><th>Completed</th><th class="number">Total</th><td></td></tr></thead>
            <tbody id="orders"></tbody></table>
        </div>
      </section>
      <section role="tabpanel" id="panel-customers" aria-labelledby="tab-customers" hidden>
        <label>Search customers <input id="customer-search" type="search" autocomplete="off" /></label>
        <div class="scroll" tabindex="0" role="region" aria-label="Customers">
          <table><thead><tr><th>Customer</th><th>Id</th><th>State</th><th>Currency</th></tr></thead>
            <tbody id="customers"></tbody></table>
        </div>
      </section>
    </main>
    <script type="module" src="/panel.js"></script>
  </body>
</html>
`;
}
