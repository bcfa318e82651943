import { MantineProvider } from '@mantine/core';
import '@mantine/core/styles.layer.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router/dom';
import { Announcer } from './app/announce';
import { preferences } from './app/preferences';
import { askFirst, queryClient } from './app/queries';
import { router } from './app/router';
import { useStore } from './app/store';
import { fact, host } from './host';
import { m } from './messages';
import './page.css';
import { cssVariables, theme } from './theme';

/** Light or dark: what the person prefers, else as the host is, else as the system is. */
function useScheme(): 'light' | 'dark' {
  const { theme: preferred } = useStore(preferences);
  const [context, setContext] = useState(host.context.colorScheme);
  const system = matchMedia('(prefers-color-scheme: dark)');
  const [dark, setDark] = useState(system.matches);
  useEffect(() => {
    const follow = (): void => setDark(system.matches);
    system.addEventListener('change', follow);
    const stop = host.onContext(({ colorScheme }) => setContext(colorScheme));
    return () => {
      system.removeEventListener('change', follow);
      stop();
    };
  });
  return preferred === 'host' ? (context ?? (dark ? 'dark' : 'light')) : preferred;
}

function Page(): ReactNode {
  const scheme = useScheme();
  const { density } = useStore(preferences);
  useEffect(() => {
    document.documentElement.dataset.density = density;
  }, [density]);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      forceColorScheme={scheme}
      getStyleNonce={() => fact('psa-nonce')}
      deduplicateInlineStyles
    >
      <QueryClientProvider client={queryClient}>
        {/* As a transition, a screen would follow its address late, and a key pressed in a filter meanwhile be lost. */}
        {host.framed ? (
          <RouterProvider router={router} useTransitions={false} />
        ) : (
          <p className="empty">{m.app.notFramed}</p>
        )}
        <Announcer />
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** The host hands back the path it kept, or a reload of its page would lose where we were. */
async function start(): Promise<void> {
  const root = createRoot(document.querySelector('#root')!);
  if (host.framed) {
    askFirst();
    const { path, locale } = await host.ready();
    document.documentElement.lang = locale.startsWith('en') ? locale : 'en';
    if (path !== '' && path !== '/' && window.location.hash.length < 3) await router.navigate(path, { replace: true });
  }
  root.render(<Page />);
}

// The scroll lock of dialogs writes a style of its own and looks for its nonce here.
Object.assign(globalThis, { __webpack_nonce__: fact('psa-nonce') });
void start();
