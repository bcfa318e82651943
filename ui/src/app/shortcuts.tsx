import type { ReactNode } from 'react';
import { m } from '../messages';
import { Dialog } from '../parts/dialog';

/** Every key the page knows; the same on every screen. */
export function Shortcuts({ onClose }: { onClose(): void }): ReactNode {
  return (
    <Dialog title={m.shortcuts.title} onClose={onClose} cancel={m.common.close}>
      <table className="plain">
        <tbody>
          {m.shortcuts.rows.map(([keys, does]) => (
            <tr key={keys}>
              <th scope="row" className="mono">
                {keys}
              </th>
              <td>{does}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="dim small">{m.shortcuts.note}</p>
    </Dialog>
  );
}
