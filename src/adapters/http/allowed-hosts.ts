/** True for this machine's own addresses, the only ones that may be spoken to without TLS. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/**
 * The URL when credentials or data may go there: `https` (plain `http` only to loopback), no user part, and a host that
 * equals one of the suffixes or ends with a dot and one of them. Undefined otherwise, also for text that is no URL.
 *
 * A server names the hosts that we call next (zone, next page, report file), so each of them passes here first
 * (reference/codebase-models §2E).
 *
 * @param suffixes such as `autotask.net`; a leading dot changes nothing.
 */
export function allowedUrl(text: string, suffixes: readonly string[]): URL | undefined {
  const url = URL.parse(text);
  if (!url || url.username !== '' || url.password !== '') return undefined;
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) return undefined;
  const host = url.hostname.toLowerCase();
  const matches = suffixes.some((suffix) => {
    const wanted = suffix.trim().toLowerCase().replace(/^\./, '');
    return wanted !== '' && (host === wanted || host.endsWith(`.${wanted}`));
  });
  return matches ? url : undefined;
}
