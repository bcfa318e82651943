import { Button, Modal } from '@mantine/core';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { m } from '../messages';

interface Props {
  title: string;
  onClose(): void;
  /** The primary button; its words say the act and the count. */
  go?: { label: string; run(): void; busy?: boolean; danger?: boolean } | undefined;
  cancel?: string;
  /** What the button that does not go does besides closing; Escape only closes. */
  onCancel?(): void;
  size?: string;
  children: ReactNode;
}

/** Gives the focus back to whatever had it when this came, once this is gone and unless something else has it by then. */
export function useFocusBack(): void {
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      window.setTimeout(() => {
        if (document.activeElement !== null && document.activeElement !== document.body) return;
        const next = opener instanceof HTMLElement && opener.isConnected ? opener : undefined;
        const rest =
          next ?? document.querySelector<HTMLElement>('.grid [tabindex="0"]') ?? document.querySelector('main');
        rest?.focus({ preventScroll: true });
      });
    },
    [opener],
  );
}

/**
 * A dialog: trapped focus, Escape closes, Ctrl+Enter presses its primary button, the focus goes back to
 * its opener, or to the row that has taken its place.
 */
export function Dialog(props: Props): ReactNode {
  const { title, onClose, go, cancel = m.common.cancel, onCancel = onClose, size = 'md', children } = props;
  const box = useRef<HTMLDivElement>(null);
  useFocusBack();
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    // Not also the step or the list that has opened it.
    event.stopPropagation();
    if (go && !go.busy) go.run();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={<span className="strong">{title}</span>}
      size={size}
      closeButtonProps={{ 'aria-label': m.common.close }}
    >
      <div ref={box} className="stack" onKeyDown={onKeyDown}>
        {children}
        <div className="row end">
          {/* Where the body has no better place for the focus: nothing is done by one key. */}
          <Button variant="default" onClick={onCancel} data-autofocus>
            {cancel}
          </Button>
          {go && (
            <Button color={go.danger ? 'red' : undefined} loading={go.busy ?? false} onClick={go.run}>
              {go.label}
            </Button>
          )}
        </div>
      </div>
    </Modal>
  );
}

/** One choice of several, with its consequence inside its label. */
export function Choice(props: {
  name: string;
  checked: boolean;
  onChoose(): void;
  label: ReactNode;
  text?: ReactNode;
  disabled?: boolean;
  children?: ReactNode;
}): ReactNode {
  const choice = (
    <label className="choice">
      <input
        type="radio"
        name={props.name}
        checked={props.checked}
        onChange={props.onChoose}
        disabled={props.disabled ?? false}
      />
      <span className="grow stack tight">
        <span className="wrap">{props.label}</span>
        {props.text !== undefined && <span className="dim small wrap">{props.text}</span>}
      </span>
    </label>
  );
  // Beside the label: fields inside would be part of the choice's name. The same elements with and without them, or the
  // choice would lose the focus when they appear.
  return (
    <div className="stack tight">
      {choice}
      {props.children && <div className="choice-more">{props.children}</div>}
    </div>
  );
}
