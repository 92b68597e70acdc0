import type { Headline } from '../../common/api/headline';
import { say } from '../i18n';
import { targetText } from './targets';
import { actionTitle } from './words';

type Act = Headline['acts'][number];

/** An act by its title, with its target: `Isolate host ws-fin-002`. */
export const actText = ({ action, target }: Act): string =>
  target.value === ''
    ? say('headline.unknown_target', '{action} (an unknown target)', { action: actionTitle(action) })
    : say('headline.act', '{action} {target}', { action: actionTitle(action), target: targetText(target) });

const inShadow = (act: Act): string => {
  const named = { act: actText(act) };
  switch (act.result) {
    case 'permit':
      return say('headline.shadow.permit', 'in shadow, would permit: {act}', named);
    case 'escalate':
      return say('headline.shadow.escalate', 'in shadow, would ask a person: {act}', named);
    case 'deny':
      return say('headline.shadow.deny', 'in shadow, would deny: {act}', named);
  }
};

const withReason = (act: Act): string => {
  if (act.shadow) return inShadow(act);
  return act.because === undefined
    ? actText(act)
    : say('headline.because', '{act}: {because}', { act: actText(act), because: act.because });
};

/** What was decided in one line; what became of it stands beside it. */
export const headlineText = ({ acts, because, waits }: Headline): string => {
  if (waits) return because ?? say('headline.waits', 'not certain yet');
  const told = acts.map(withReason).join('; ');
  if (told === '') return because ?? say('headline.nothing', 'no policy proposed an act');
  return because === undefined ? told : say('headline.first', '{because}; {told}', { because, told });
};
