import React, { useCallback } from 'react';
import { getWould, type WouldOrder } from '../../../common/api/routes';
import type { Target } from '../../../common/flow/decision';
import { present } from '../../../common/present';
import { useServices } from '../data/services';
import { useResource } from '../data/use_resource';
import { Disruption } from '../facts/disruption';
import { FilledLimits } from '../facts/filled_limits';
import { Reasons } from '../facts/reasons';
import { Loaded } from '../layout/loaded';
import { Sentence } from '../text/sentence';
import { ToneText } from '../text/tone_text';
import { stopReasonWords, type Tone } from '../../format/act_status';
import { durationText } from '../../format/duration';
import { say } from '../../i18n';

/** What is asked about before it is ordered. */
export interface Ordering {
  readonly action: string;
  readonly target: Target;
  readonly ttlMs?: number | undefined;
  readonly extends?: { readonly effectId: string; readonly until: string } | undefined;
}

/** What would become of an order of whoever looks, by policies and brakes as they are now. */
export const useWould = ({ action, target, ttlMs, extends: kept }: Ordering) => {
  const { api } = useServices();
  const { value, host } = target;
  return useResource(
    useCallback(
      () =>
        api.call(getWould, {
          query: {
            action,
            target: value,
            ordered: 'true',
            ...present({ host, ttl_ms: ttlMs, extends: kept?.effectId, until: kept?.until }),
          },
        }),
      [api, action, value, host, ttlMs, kept?.effectId, kept?.until],
    ),
    ['effect', 'ledger', 'bundle', 'gate'],
  );
};

const wordOf = ({ would }: WouldOrder): { readonly tone: Tone; readonly word: string } => {
  switch (would) {
    case 'permit':
      return { tone: 'good', word: say('order.would.permit', 'It starts at once') };
    case 'escalate':
      return { tone: 'warn', word: say('order.would.escalate', 'Somebody else has to approve it') };
    case 'hold':
      return { tone: 'busy', word: say('order.would.hold', 'It is tried again soon') };
    case 'deny':
      return { tone: 'bad', word: say('order.would.deny', 'It is refused') };
  }
};

const Says = ({ ordered }: { readonly ordered: WouldOrder }) => {
  const { tone, word } = wordOf(ordered);
  const { text, stop_reason: reason, ttl_ms: ttl, reasons } = ordered;
  return (
    <>
      <p>
        <ToneText tone={tone}>{word}</ToneText>
        {reason !== undefined && ` (${stopReasonWords(reason)})`}
        {ttl !== undefined &&
          ordered.would !== 'deny' &&
          ` · ${say('order.would.lasts', 'for {length}', { length: durationText(ttl) })}`}
      </p>
      {text !== undefined && text !== '' && (
        <p className="rfx-small">
          <Sentence text={text} />
        </p>
      )}
      <Reasons reasons={reasons} />
    </>
  );
};

/** What would happen if it were ordered now: policies, brakes, disruption and every limit that it would fill. */
export const WouldOrdered = ({ asked }: { readonly asked: Ordering }) => {
  const answer = useWould(asked);
  return (
    <section className="rfx-would" aria-label={say('order.would', 'What would happen')}>
      <h2 className="rfx-section__title">{say('order.would', 'What would happen')}</h2>
      <Loaded resource={answer} what={say('order.would', 'What would happen')}>
        {({ ordered, disruption, limits, critical }) => (
          <div role="status">
            {ordered && <Says ordered={ordered} />}
            {critical === 'listed' && <p>{say('would.critical.listed', 'The inventory lists it as critical.')}</p>}
            {critical === 'unknown' && (
              <p>{say('would.critical.unknown', 'It is not in the inventory, and may be critical.')}</p>
            )}
            {disruption && <Disruption disruption={disruption} />}
            <FilledLimits limits={limits} />
          </div>
        )}
      </Loaded>
    </section>
  );
};
