import React from 'react';
import type { AsksFirst } from '../../../common/api/views';
import { Section } from '../../components/layout/section';
import { SmallTable } from '../../components/layout/small_table';
import { MomentText } from '../../components/text/moment_text';
import { targetText } from '../../format/targets';
import { say } from '../../i18n';

const VERBS: Readonly<Record<AsksFirst['verb'], (by: string) => string>> = {
  lift: (by) => say('asks_first.lift', 'lifted by {by}', { by }),
  deny: (by) => say('asks_first.deny', 'denied by {by}', { by }),
};

/** Targets about which a person said something that still holds. */
export const AsksFirstTable = ({ words }: { words: readonly AsksFirst[] }) => (
  <Section
    title={say('asks_first.title', 'Asks first')}
    note={say('asks_first.note', 'every act on these targets waits for a person')}
  >
    <SmallTable
      caption={say('asks_first.title', 'Asks first')}
      columns={[
        { name: say('asks_first.target', 'Target') },
        { name: say('asks_first.until', 'Until') },
        { name: say('asks_first.said', 'What was said') },
        { name: say('asks_first.reason', 'Reason') },
      ]}
      rows={words.map(({ target, until, verb, by, reason, at }) => ({
        key: `${targetText(target)} ${at}`,
        cells: [targetText(target), <MomentText at={until} key="until" />, VERBS[verb](by), reason],
      }))}
    />
  </Section>
);
