import { Button, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import type { ReactNode } from 'react';

/** What a person can do with a row. */
export interface RowAct {
  label: string;
  run(): void;
  /** Spoken in place of the label where it says more. */
  name?: string;
  disabled?: boolean;
}

interface Props {
  /** Names the menu. */
  more: string;
  /** The next thing to do, as a button. */
  first: RowAct | undefined;
  acts: (RowAct | false | undefined)[];
  /** Whether the row has the grid's tab stop: only then are its controls tab stops too. */
  active: boolean;
}

/** The last cell of a mapping row: its next act, and all others in a menu. */
export function RowActs({ more, first, acts, active }: Props): ReactNode {
  const tab = active ? 0 : -1;
  return (
    <span className="row" style={{ flexWrap: 'nowrap', justifyContent: 'flex-end' }}>
      {first && (
        <Button size="compact-xs" variant="default" tabIndex={tab} aria-label={first.name} onClick={first.run}>
          {first.label}
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <button type="button" className="iconbutton" tabIndex={tab} aria-label={more}>
            <IconDots size={16} aria-hidden />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {acts.map(
            (act) =>
              act && (
                <Menu.Item key={act.label} onClick={act.run} disabled={act.disabled ?? false}>
                  {act.label}
                </Menu.Item>
              ),
          )}
        </Menu.Dropdown>
      </Menu>
    </span>
  );
}
