import type { ComponentProps, ReactNode } from 'react';

type Props = ComponentProps<'button'> & { 'data-loading'?: boolean; 'data-disabled'?: boolean };

/**
 * What every button is made of. While its answer is on its way it does nothing and says that it is busy, but keeps the
 * focus: a disabled one would drop it, and whoever works by keyboard would not know where they are.
 */
export function PatientButton({ disabled = false, onClick, type = 'button', ...rest }: Props): ReactNode {
  const waits = rest['data-loading'] === true;
  return (
    <button
      {...rest}
      type={type}
      disabled={waits ? rest['data-disabled'] === true : disabled}
      aria-disabled={waits || undefined}
      aria-busy={waits || undefined}
      onClick={(event) => {
        if (waits) event.preventDefault();
        else onClick?.(event);
      }}
    />
  );
}
