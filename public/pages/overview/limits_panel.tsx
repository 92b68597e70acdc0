import React from 'react';
import { present } from '../../../common/present';
import type { OverviewView } from '../../../common/api/routes';
import { LimitGauge } from '../../components/facts/limit_gauge';
import { Section } from '../../components/layout/section';
import { say } from '../../i18n';

/** How full each limit is now: what is active, in flight or unknown, or started within the window. */
export const LimitsPanel = ({ limits, total }: { limits: OverviewView['limits']; total: number }) => (
  <Section title={say('limits.title', 'Limits')} note={say('limits.note', 'how full each is, fullest first')}>
    {limits.length === 0 ? (
      <p className="rfx-subdued">{say('limits.none', 'Nothing counts in a limit right now.')}</p>
    ) : (
      limits.map(({ limit, scope, used, most, within_ms, keeps }) => (
        <LimitGauge
          key={`${limit} ${scope}`}
          limit={limit}
          scope={scope}
          used={used}
          most={most}
          withinMs={within_ms}
          {...present({ keeps })}
        />
      ))
    )}
    {total > limits.length && (
      <p className="rfx-subdued rfx-small">
        {say('limits.more', '{shown} of {total} are shown, the fullest', { shown: limits.length, total })}
      </p>
    )}
  </Section>
);
