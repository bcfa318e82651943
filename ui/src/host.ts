/**
 * The conversation with the page that frames us (reference/page-design §3.1). Both origins are pinned: the server names the
 * installation's host in the document, nothing is sent to another origin, and a message from another origin or window is
 * dropped before it is looked at.
 */

/** What the host tells about itself and its user. */
export interface HostContext {
  locale: string;
  timeZone: string;
  colorScheme: 'light' | 'dark' | undefined;
  /** Height in px that the frame can have without the host's page scrolling. */
  availableHeight: number;
  /** Where we were before the host was reloaded. */
  path: string;
  /** The host's own address of a place in here, with `{path}` for the place; empty = it has none to share. */
  pageUrl: string;
}

interface Token {
  value: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** The host did not hand over a token in time. */
export class SessionEnded extends Error {}

/** Refreshed this long before it ends, so that no call starts with a token that dies on the way. */
const EARLY_MS = 15_000;
const PATIENCE_MS = 5_000;
const DEFAULT_HEIGHT = 720;

type Listener<T> = (value: T) => void;

/** Our side of the conversation. One per page. */
export class HostBridge {
  private token: Token | undefined;
  private asked: Promise<string> | undefined;
  private answer: Listener<Token> | undefined;
  private readonly listeners = new Set<Listener<HostContext>>();
  context: HostContext = {
    locale: navigator.language || 'en',
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    colorScheme: undefined,
    availableHeight: DEFAULT_HEIGHT,
    path: '',
    pageUrl: '',
  };

  /** @param origin of the host; empty = nobody may frame us, and nothing is sent or heard. */
  constructor(private readonly origin: string) {
    window.addEventListener('message', (event) => {
      if (this.origin === '' || event.origin !== this.origin || event.source !== window.parent) return;
      this.hear(event.data as Record<string, unknown> | null);
    });
  }

  /** True inside the host's frame. */
  get framed(): boolean {
    return this.origin !== '' && window.parent !== window;
  }

  /** Says hello; resolves with the first context, or with our own guess when the host stays silent. */
  async ready(): Promise<HostContext> {
    const heard = new Promise<HostContext>((resolve) => {
      const stop = this.onContext((context) => {
        stop();
        resolve(context);
      });
      window.setTimeout(() => resolve(this.context), 1500);
    });
    this.say({ type: 'ready' });
    return await heard;
  }

  /** Calls back with each new context. Returns how to stop. */
  onContext(listener: Listener<HostContext>): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** When the token in hand ends, in ms since the epoch; 0 without one. */
  get tokenEndsAt(): number {
    return this.token?.expiresAt ?? 0;
  }

  /**
   * A token that is good for a call now; asks the host for one when needed, once for all callers.
   *
   * @param refused a token that the server no longer takes. @throws SessionEnded when the host does not answer in 5 s.
   */
  async freshToken(refused?: string): Promise<string> {
    if (this.token && this.token.value !== refused && this.token.expiresAt - EARLY_MS > Date.now())
      return this.token.value;
    this.asked ??= new Promise<string>((resolve, reject) => {
      const timer = window.setTimeout(() => {
        this.answer = undefined;
        reject(new SessionEnded('The host did not hand over a token.'));
      }, PATIENCE_MS);
      this.answer = (token) => {
        if (token.value === refused) return;
        window.clearTimeout(timer);
        this.answer = undefined;
        resolve(token.value);
      };
      this.say({ type: 'tokenRequest' });
    }).finally(() => {
      this.asked = undefined;
    });
    return await this.asked;
  }

  /** Tells the host where we are, for its address bar. */
  navigated(path: string, title: string): void {
    this.say({ type: 'navigated', path, title });
  }

  /** Asks for a height in px. */
  size(height: number): void {
    this.say({ type: 'size', height: Math.ceil(height) });
  }

  /** Tells how many changes would be lost by leaving. */
  dirty(count: number): void {
    this.say({ type: 'dirty', count });
  }

  /** The address to share for a place in here; undefined where the host told none. @param path route with its query. */
  linkTo(path: string): string | undefined {
    const { pageUrl } = this.context;
    return pageUrl === '' ? undefined : pageUrl.replace('{path}', () => path);
  }

  /** Whether a text is an address of the host with a gap for the place. */
  private isOwn(address: unknown): address is string {
    return typeof address === 'string' && address.startsWith(`${this.origin}/`) && address.includes('{path}');
  }

  private say(message: Record<string, unknown>): void {
    if (this.framed) window.parent.postMessage(message, this.origin);
  }

  private hear(message: Record<string, unknown> | null): void {
    if (typeof message !== 'object' || message === null) return;
    if (message.type === 'token' && typeof message.token === 'string') {
      const ends = Date.parse(String(message.expiresAt));
      this.token = { value: message.token, expiresAt: Number.isFinite(ends) ? ends : Date.now() + 60_000 };
      this.answer?.(this.token);
    } else if (message.type === 'context') {
      const { locale, timeZone, colorScheme, availableHeight, path, pageUrl } = message;
      this.context = {
        locale: supported(locale) ?? this.context.locale,
        timeZone: typeof timeZone === 'string' && timeZone !== '' ? timeZone : this.context.timeZone,
        colorScheme: colorScheme === 'light' || colorScheme === 'dark' ? colorScheme : undefined,
        availableHeight: typeof availableHeight === 'number' && availableHeight > 0 ? availableHeight : DEFAULT_HEIGHT,
        path: typeof path === 'string' && path.startsWith('/') ? path : '',
        pageUrl: this.isOwn(pageUrl) ? pageUrl : '',
      };
      for (const listener of this.listeners) listener(this.context);
    }
  }
}

function supported(locale: unknown): string | undefined {
  if (typeof locale !== 'string') return undefined;
  try {
    return Intl.getCanonicalLocales(locale)[0];
  } catch {
    return undefined;
  }
}

/** A fact that the server wrote into the document. */
export function fact(name: 'psa-host' | 'psa-nonce'): string {
  const content = document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? '';
  return content.startsWith('%') ? '' : content;
}

export const host = new HostBridge(fact('psa-host'));
