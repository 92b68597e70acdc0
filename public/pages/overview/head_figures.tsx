import React, { type ReactNode } from 'react';
import type { OverviewView } from '../../../common/api/routes';
import { VERDICTS, type Verdict } from '../../../common/flow/decision';
import { PageLink } from '../../components/text/links';
import { useStatusPart } from '../../components/data/use_live';
import { countText } from '../../format/numbers';
import { verdictMeaning, verdictWord } from '../../format/words';
import { say } from '../../i18n';

interface FigureProps {
  readonly value: number;
  readonly name: string;
  readonly note: ReactNode;
  readonly to: string;
  readonly urgent?: boolean;
}

const Figure = ({ value, name, note, to, urgent = false }: FigureProps) => (
  <li className={urgent ? 'rfx-figure rfx-figure--urgent' : 'rfx-figure'}>
    <PageLink to={to}>
      <span className="rfx-figure__value">{countText(value)}</span>
      <span className="rfx-figure__name">{name}</span>
    </PageLink>
    <span className="rfx-figure__note">{note}</span>
  </li>
);

const VerdictFigure = ({ verdict, count }: { verdict: Verdict; count: number }) => (
  <li className="rfx-figure rfx-figure--small">
    <PageLink to={`/decisions?verdict=${verdict}`}>
      <span className="rfx-figure__value">{countText(count)}</span>
      <span className="rfx-figure__name">
        <span className={`rfx-swatch rfx-swatch--${verdict}`} aria-hidden="true" /> {verdictWord(verdict)}
      </span>
    </PageLink>
    <span className="rfx-figure__note">{verdictMeaning(verdict)}</span>
  </li>
);

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

/** What needs somebody now, what is in effect now, and what was decided today; each leads to its list. */
export const HeadFigures = ({ overview }: { overview: OverviewView }) => {
  const waiting = useStatusPart('waiting') ?? 0;
  return (
    <ul className="rfx-figures" aria-label={say('figures.label', 'Now, and in the last 24 hours')}>
      <Figure
        value={waiting}
        name={say('figures.waiting', 'waiting now')}
        note={say('figures.waiting.note', 'for a person to decide')}
        to="/escalations"
        urgent={waiting > 0}
      />
      <ContainedFigure />
      {VERDICTS.map((verdict) => (
        <VerdictFigure key={verdict} verdict={verdict} count={overview.verdicts_24h[verdict]} />
      ))}
      <Figure
        value={overview.shadow_24h}
        name={say('figures.shadow', 'in shadow')}
        note={say('figures.shadow.note', 'acts recorded, never executed')}
        to="/decisions"
      />
    </ul>
  );
};
