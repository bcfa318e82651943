import { authorizedFetch } from './api/client';
import { host } from './host';

/** What the feed says: which rows changed; null = many. */
export interface Change {
  kind: 'task' | 'job' | 'mapping' | 'notification' | 'connection';
  connectionId: string | null;
  ids: string[] | null;
}

export type LiveState = 'live' | 'paused';

interface Options {
  onChanges(changes: Change[]): void;
  /** The place in the feed is forgotten, or there was no feed for a while: read everything shown again. */
  onReset(): void;
  onState(state: LiveState): void;
}

const GATHER_MS = 250;
const SILENT_MS = 30_000;
const POLL_MS = 15_000;
const AGAIN_MS = 2_000;

/**
 * Reads the event stream for as long as the page is open: it ends with each token and is opened again with the next one,
 * from where it ended. Silent for 30 s, it tells the page to poll. Returns how to stop.
 */
export function listen({ onChanges, onReset, onState }: Options): () => void {
  const stopped = new AbortController();
  let lastId = '';
  let heardAt = Date.now();
  let gathered: Change[] = [];
  let timer: number | undefined;

  const gather = (change: Change): void => {
    gathered.push(change);
    timer ??= window.setTimeout(() => {
      const changes = gathered;
      gathered = [];
      timer = undefined;
      onChanges(changes);
    }, GATHER_MS);
  };
  const handle = (block: string): void => {
    const field = (name: string): string =>
      block
        .split('\n')
        .find((line) => line.startsWith(`${name}: `))
        ?.slice(name.length + 2) ?? '';
    lastId = field('id') || lastId;
    heardAt = Date.now();
    onState('live');
    if (field('event') === 'reset') onReset();
    if (field('event') === 'change') gather(JSON.parse(field('data')) as Change);
  };

  const read = async (): Promise<void> => {
    const response = await authorizedFetch('/api/v1/events', {
      signal: stopped.signal,
      headers: lastId === '' ? {} : { 'last-event-id': lastId },
    });
    if (!response.ok || !response.body) throw new Error(`events: ${response.status}`);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += value;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        handle(text.slice(0, end));
        text = text.slice(end + 2);
      }
    }
  };

  const loop = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      try {
        await read();
      } catch {
        if (stopped.signal.aborted) return;
        await new Promise((resolve) => window.setTimeout(resolve, AGAIN_MS));
      }
    }
  };
  const watch = window.setInterval(() => {
    if (Date.now() - heardAt < SILENT_MS) return;
    onState('paused');
    onReset();
  }, POLL_MS);
  if (host.framed) void loop();

  return () => {
    stopped.abort();
    window.clearInterval(watch);
    window.clearTimeout(timer);
  };
}
