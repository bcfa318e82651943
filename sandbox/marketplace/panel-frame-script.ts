/**
 * The panel's side of the frame conversation (reference/page-design.md §3.1). Messages are objects with a `type`:
 * host to page `context {locale, timeZone, colorScheme, availableHeight, path, pageUrl}` and `token {token, expiresAt}`;
 * page to host `ready`, `tokenRequest`, `size {height}`, `navigated {path, title}`, `dirty {count}`. Anything from
 * another window or origin is dropped, and nothing is sent to any origin but the extension's.
 */
export const PANEL_FRAME_SCRIPT = String.raw`
const SILENCE_MS = 5000;

/**
 * Shows an extension in a frame.
 * options: place (element), baseUrl, installationId, timeZone, path(), pageUrl with {path} in it, theme() -> 'light', 'dark' or 'system',
 * token() -> promise of {token, expiresAt},
 * onNavigated(path, title), onDirty(count), onSilent(isSilent)
 */
export function showFrame(options) {
  const origin = new URL(options.baseUrl).origin;
  const frame = document.createElement('iframe');
  frame.title = 'PSA sync for Autotask';
  frame.allow = 'clipboard-write';
  const dark = matchMedia('(prefers-color-scheme: dark)');
  let answered = false;

  function availableHeight() {
    return Math.max(320, Math.floor(innerHeight - frame.getBoundingClientRect().top - scrollY - 16));
  }
  function send(message) {
    if (frame.contentWindow) frame.contentWindow.postMessage(message, origin);
  }
  function sendContext() {
    send({
      type: 'context',
      locale: Intl.DateTimeFormat().resolvedOptions().locale,
      timeZone: options.timeZone,
      colorScheme: options.theme() === 'system' ? (dark.matches ? 'dark' : 'light') : options.theme(),
      availableHeight: Math.max(availableHeight(), 480),
      path: options.path(),
      pageUrl: options.pageUrl,
    });
  }
  async function sendToken() {
    try {
      const issued = await options.token();
      send({ type: 'token', token: issued.token, expiresAt: issued.expiresAt });
    } catch {
      // Without a token the page says itself that the sign-in ran out.
    }
  }
  function onMessage(event) {
    if (event.origin !== origin || event.source !== frame.contentWindow) return;
    const message = event.data;
    if (typeof message !== 'object' || message === null) return;
    if (!answered) {
      answered = true;
      options.onSilent(false);
    }
    if (message.type === 'ready') {
      sendContext();
      sendToken();
    } else if (message.type === 'tokenRequest') {
      sendToken();
    } else if (message.type === 'size' && Number.isFinite(message.height)) {
      frame.style.height = Math.min(Math.max(message.height, 240), Math.max(availableHeight(), 480)) + 'px';
    } else if (message.type === 'navigated' && typeof message.path === 'string' && message.path.startsWith('/')) {
      options.onNavigated(message.path, typeof message.title === 'string' ? message.title : '');
    } else if (message.type === 'dirty' && Number.isFinite(message.count)) {
      options.onDirty(message.count);
    }
  }

  addEventListener('message', onMessage);
  addEventListener('resize', sendContext);
  dark.addEventListener('change', sendContext);
  const silence = setTimeout(() => {
    if (!answered) options.onSilent(true);
  }, SILENCE_MS);
  frame.src = options.baseUrl + '/?installationId=' + encodeURIComponent(options.installationId);
  options.place.replaceChildren(frame);
  frame.style.height = Math.max(availableHeight(), 480) + 'px';

  return {
    sendContext,
    sendToken,
    remove() {
      clearTimeout(silence);
      removeEventListener('message', onMessage);
      removeEventListener('resize', sendContext);
      dark.removeEventListener('change', sendContext);
      frame.remove();
    },
  };
}
`;
