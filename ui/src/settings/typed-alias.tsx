import { TextInput } from '@mantine/core';
import { useRef, useState, type ReactNode } from 'react';
import { m } from '../messages';
import { Dialog } from '../parts/dialog';

/** A question that is answered by typing the connection's name. */
export function TypedAlias(props: {
  alias: string;
  title: string;
  ask: string;
  go: string;
  busy?: boolean;
  danger?: boolean;
  onClose(): void;
  onGo(): void;
  children: ReactNode;
}): ReactNode {
  const [typed, type] = useState('');
  const [wrong, setWrong] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  return (
    <Dialog
      title={props.title}
      onClose={props.onClose}
      go={{
        label: props.go,
        busy: props.busy ?? false,
        danger: props.danger ?? false,
        run: () => {
          if (typed.trim() === props.alias.trim()) props.onGo();
          else {
            setWrong(true);
            field.current?.focus();
          }
        },
      }}
    >
      {props.children}
      <TextInput
        ref={field}
        label={m.setup.typeAlias}
        description={props.ask}
        error={wrong ? m.setup.aliasDiffers : undefined}
        value={typed}
        data-autofocus
        autoComplete="off"
        onChange={({ currentTarget }) => {
          type(currentTarget.value);
          setWrong(false);
        }}
      />
    </Dialog>
  );
}
