import React, { useCallback } from 'react';
import { EuiCallOut } from '@elastic/eui';
import type { BesideView } from '../../../common/api/routes';
import { listBeside } from '../../../common/api/routes';
import { useServices } from '../../components/data/services';
import { useDrawn } from '../../components/data/use_drawn';
import { useResource } from '../../components/data/use_resource';
import { DrawMore } from '../../components/layout/draw_more';
import { EmptyNote } from '../../components/layout/empty_note';
import { Loaded } from '../../components/layout/loaded';
import { PageFrame } from '../../components/layout/page_frame';
import { Section } from '../../components/layout/section';
import { SmallTable } from '../../components/layout/small_table';
import { SinceText } from '../../components/text/moment_text';
import { targetText } from '../../format/targets';
import { actionTitle } from '../../format/words';
import { say } from '../../i18n';
import { ContainmentTabs } from './tabs';

type Beside = BesideView['connectors'][number];
type Effect = Beside['effects'][number];

const whoseText = ({ whose }: Effect): string =>
  whose === 'others'
    ? say('beside.others', 'others: it carries no mark of Reflex')
    : say('beside.unknown_mark', 'it carries a mark of Reflex that no containment has');

/** What a target gives as the moment; not each writes it as others do. */
const Since = ({ effect: { since } }: { effect: Effect }) => {
  if (since === undefined) return <span className="rfx-subdued">{say('beside.since_unknown', 'not said')}</span>;
  return Number.isNaN(Date.parse(since)) ? <>{since}</> : <SinceText at={since} />;
};

const OfConnector = ({ beside: { connector, effects, more = 0, why } }: { beside: Beside }) => {
  const drawn = useDrawn(effects.length);
  if (why !== undefined)
    return (
      <Section title={connector}>
        <EuiCallOut color="warning" size="s" title={say('beside.unasked', 'Its target could not say')}>
          <p>{why}</p>
        </EuiCallOut>
      </Section>
    );
  if (effects.length === 0)
    return (
      <Section title={connector}>
        <p className="rfx-subdued">{say('beside.none_here', 'Nothing beside the containments of Reflex.')}</p>
      </Section>
    );
  return (
    <Section
      title={connector}
      note={say('beside.count', '{count, plural, one {# thing} other {# things}}', { count: effects.length + more })}
    >
      <SmallTable
        caption={say('beside.caption', 'Beside us at {connector}', { connector })}
        columns={[
          { name: say('beside.target', 'Target') },
          { name: say('beside.action', 'What') },
          { name: say('beside.whose', 'Whose') },
          { name: say('beside.since', 'Since') },
        ]}
        rows={effects.slice(0, drawn.drawn).map((effect, index) => ({
          key: `${index}`,
          cells: [
            targetText(effect.target),
            actionTitle(effect.action),
            whoseText(effect),
            <Since key="since" effect={effect} />,
          ],
        }))}
      />
      <DrawMore {...drawn} />
      {more > 0 && (
        <p className="rfx-subdued">
          {say('beside.more', '{more, plural, one {# more is} other {# more are}} not listed here.', { more })}
        </p>
      )}
    </Section>
  );
};

const All = ({ connectors }: { connectors: BesideView['connectors'] }) =>
  connectors.length === 0 ? (
    <EmptyNote title={say('beside.no_connector', 'No connector is configured')} />
  ) : (
    <>
      {connectors.map((each) => (
        <OfConnector key={each.connector} beside={each} />
      ))}
    </>
  );

/** What other people and programs contain at the same targets. Reflex touches none of it. */
export const BesidePage = () => {
  const { api } = useServices();
  const beside = useResource(
    useCallback(() => api.call(listBeside), [api]),
    ['effect'],
  );
  return (
    <PageFrame
      title={say('beside.title', 'Beside us')}
      about={say('beside.about', 'what others contain at the same targets; Reflex touches none of it')}
      asOf={beside.value?.as_of}
    >
      <ContainmentTabs />
      <Loaded resource={beside} what={say('beside.title', 'Beside us')}>
        {({ connectors }) => <All connectors={connectors} />}
      </Loaded>
    </PageFrame>
  );
};
