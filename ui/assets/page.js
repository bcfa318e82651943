/**
 * The page's placeholder: takes a token from the marketplace's page by message and shows who is signed in and what is
 * connected. Only messages of the page that frames us, from its own origin, are heard.
 */
const host = document.referrer === '' ? undefined : new URL(document.referrer).origin;
const status = document.querySelector('#status');
const facts = document.querySelector('#facts');

const tell = (message) => {
  if (host !== undefined && window.parent !== window) window.parent.postMessage(message, host);
};

const show = (rows) => {
  facts.replaceChildren(
    ...rows.flatMap(([name, value]) => {
      const term = document.createElement('dt');
      term.textContent = name;
      const description = document.createElement('dd');
      description.textContent = value;
      return [term, description];
    }),
  );
  facts.hidden = false;
  tell({ type: 'size', height: document.documentElement.scrollHeight });
};

const load = async (token) => {
  const get = async (path) => {
    const response = await fetch(`/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
    const body = await response.json();
    if (!response.ok) throw new Error(body.detail);
    return body;
  };
  try {
    const me = await get('/me');
    const connections = await get('/connections');
    const items = Array.isArray(connections) ? connections : connections.items;
    status.textContent = 'Signed in.';
    show([
      ['Installation', me.installationId],
      ['Role', me.role],
      [
        'Connections',
        items.length === 0 ? 'none yet' : items.map((one) => `${one.alias} (${one.currency})`).join(', '),
      ],
    ]);
  } catch (error) {
    status.textContent = error.message;
  }
};

window.addEventListener('message', (event) => {
  if (event.origin !== host || event.source !== window.parent) return;
  if (event.data?.type === 'token') void load(event.data.token);
});

if (host === undefined || window.parent === window)
  status.textContent = 'Open this page from the integrations catalog of your marketplace.';
else {
  tell({ type: 'ready' });
  tell({ type: 'tokenRequest' });
}
