import React from 'react';
import { EuiCallOut } from '@elastic/eui';
import type { StatusView } from '../../common/api/routes';
import { Countdown } from '../components/text/countdown';
import { MomentText } from '../components/text/moment_text';
import { useStatusPart } from '../components/data/use_live';
import { countText } from '../format/numbers';
import { say } from '../i18n';

type Here = NonNullable<StatusView['here_only']>;

/** Set while OpenSearch does not answer this host. */
export const useAway = (): Here | undefined => {
  const here = useStatusPart('here_only');
  return here?.state === 'away' ? here : undefined;
};

const noneEnds = (total: number): string =>
  total === 0
    ? say('away.nothing', 'Nothing is in it.')
    : say('away.none', 'None of its {count} ends by itself.', { count: countText(total) });

/** Since when it is away, what goes on all the same, and what is not known meanwhile. */
export const AwayNotice = () => {
  const away = useAway();
  if (away === undefined) return null;
  const { since, next_undo, total } = away;
  return (
    <section aria-label={say('away.label', 'OpenSearch is away')}>
      <EuiCallOut
        size="s"
        color="danger"
        iconType="offline"
        title={
          <>
            {since === undefined
              ? say('away.title', 'OpenSearch does not answer')
              : say('away.title_since', 'OpenSearch does not answer since')}{' '}
            {since !== undefined && <MomentText at={since} />}
          </>
        }
      >
        {say(
          'away.about',
          'Events are kept on disk and nothing new starts. Undo goes on from the journal of this host; what other hosts contain is not known now.',
        )}{' '}
        {next_undo === undefined ? (
          noneEnds(total)
        ) : (
          <>
            {say('away.next', 'Next undo:')}{' '}
            <Countdown until={next_undo} over={(length) => say('away.due', 'due since {length}', { length })} />
          </>
        )}
      </EuiCallOut>
    </section>
  );
};
