import { Menu } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { m } from '../messages';

interface Props {
  /** Those that can be put away, in their order. */
  columns: { key: string; header: string }[];
  hidden: readonly string[];
  onToggle(key: string): void;
}

/** Which columns a list shows. */
export function ColumnMenu({ columns, hidden, onToggle }: Props): ReactNode {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <button type="button" className="iconbutton bordered" aria-label={m.columns.menu}>
          <IconColumns3 size={16} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {columns.map(({ key, header }) => (
          <Menu.CheckboxItem key={key} checked={!hidden.includes(key)} onChange={() => onToggle(key)}>
            {header}
          </Menu.CheckboxItem>
        ))}
        <Menu.Label>{m.columns.note}</Menu.Label>
      </Menu.Dropdown>
    </Menu>
  );
}
