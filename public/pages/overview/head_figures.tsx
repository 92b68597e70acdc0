import React from 'react';
import { useStatusPart } from '../../components/data/use_live';
import { countText } from '../../format/numbers';
import { say } from '../../i18n';
import { Figure } from './figure';

/** What is in effect now; where the state cannot be asked, what this machine knows of, and that it is not all. */
const ContainedFigure = () => {
  const contained = useStatusPart('containments') ?? 0;
  const here = useStatusPart('here_only');
  const gone = (useStatusPart('live') ?? []).reduce((sum, report) => sum + report.gone, 0);
  if (here !== undefined && here.state !== 'asked') {
    return (
      <Figure
        value={here.total}
        name={say(
          'figures.here',
          '{total, plural, one {containment} other {containments}} known to this machine only',
          {
            total: here.total,
          },
        )}
        note={
          here.state === 'away'
            ? say('figures.here.away', 'OpenSearch does not answer: what others contain is not known')
            : say('figures.here.replaced', 'the state was replaced: what others contain is not known')
        }
        to="/containments"
        urgent
      />
    );
  }
  const notes = [
    ...(gone === 0 ? [] : [say('figures.contained.gone', '{count} of them gone before the end', { count: gone })]),
    ...(here === undefined
      ? []
      : [say('figures.contained.here', 'and {count} known to this machine only', { count: countText(here.total) })]),
  ];
  return (
    <Figure
      value={contained}
      name={say('figures.contained', 'contained now')}
      note={notes.length === 0 ? say('figures.contained.note', 'effects of ours at targets') : notes.join(', ')}
      to="/containments"
      urgent={notes.length > 0}
    />
  );
};

/** What this machine contains, where nothing else can be told. */
export const HereFigures = () => {
  const here = useStatusPart('here_only');
  if (here === undefined || here.state === 'asked') return null;
  return (
    <ul className="rfx-figures rfx-figures--one" aria-label={say('figures.now', 'Now')}>
      <ContainedFigure />
    </ul>
  );
};

/** What needs somebody now, and what is in effect now; each leads to its list. */
export const HeadFigures = () => {
  const waiting = useStatusPart('waiting') ?? 0;
  return (
    <ul className="rfx-figures rfx-figures--two" aria-label={say('figures.now', 'Now')}>
      <Figure
        value={waiting}
        name={say('figures.waiting', 'waiting now')}
        note={say('figures.waiting.note', 'for a person to decide')}
        to="/escalations"
        urgent={waiting > 0}
      />
      <ContainedFigure />
    </ul>
  );
};
