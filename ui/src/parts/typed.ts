import { useEffect, useRef, type RefObject } from 'react';

/**
 * A field whose value stands in the address: what is being typed stays while the address follows, and a value that comes
 * from elsewhere, by *Clear filters* or by going back, replaces it.
 *
 * @param value what the address says. @param tell takes a finished value there.
 * @returns the field's ref, for an input with `defaultValue`, and what its handler calls.
 */
export function useTyped(
  value: string,
  tell: (text: string) => void,
): { ref: RefObject<HTMLInputElement | null>; send(text: string): void } {
  const ref = useRef<HTMLInputElement>(null);
  const sent = useRef(value);
  useEffect(() => {
    // The answer to what was sent from here must not undo what was typed since.
    if (!ref.current || value === sent.current) return;
    sent.current = value;
    ref.current.value = value;
  }, [value]);
  return {
    ref,
    send: (text) => {
      sent.current = text;
      tell(text);
    },
  };
}
