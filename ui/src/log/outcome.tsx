import { IconCircleCheck, IconCircleX, IconHandStop, IconHelpHexagon, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { m } from '../messages';
import { Badge, type Tone } from '../parts/badges';
import type { Entry } from './data';

const SIGNS = {
  ok: IconCircleCheck,
  failed: IconCircleX,
  uncertain: IconHelpHexagon,
  info: IconInfoCircle,
  action_required: IconHandStop,
};
const TONES: Record<Entry['outcome'], Tone> = {
  ok: 'good',
  failed: 'bad',
  uncertain: 'uncertain',
  info: 'muted',
  action_required: 'attention',
};

/** How it ended, as icon, word and colour. */
export function Outcome({ entry: { outcome } }: { entry: Pick<Entry, 'outcome'> }): ReactNode {
  return (
    <Badge tone={TONES[outcome]} icon={SIGNS[outcome]}>
      {m.log.outcomes[outcome]}
    </Badge>
  );
}
