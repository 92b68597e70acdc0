import React from 'react';
import type { Order } from '../../../common/flow/order';
import { durationText } from '../../format/duration';
import { targetText } from '../../format/targets';
import { actionTitle } from '../../format/words';
import { say } from '../../i18n';
import { DecisionLink } from '../text/links';
import { MomentText } from '../text/moment_text';

interface OrderFactsProps {
  readonly order: Order;
  readonly by: string;
}

/** Who ordered what, why, and until when. */
export const OrderFacts = ({ order, by }: OrderFactsProps) => {
  const { action, target, reason, ttl_ms: ttl, extends: kept, about } = order;
  const values = { by, action: actionTitle(action), target: targetText(target) };
  return (
    <p>
      {kept === undefined
        ? say('order.facts', '{by} ordered: {action} {target}', values)
        : say('order.facts.extend', '{by} ordered to extend: {action} {target}', values)}
      {kept === undefined && ttl !== undefined && (
        <> {say('order.would.lasts', 'for {length}', { length: durationText(ttl) })}</>
      )}
      {kept && (
        <>
          {', '}
          {say('order.facts.until', 'until')} <MomentText at={kept.until} />
        </>
      )}
      {': '}
      <q>{reason}</q>
      {about !== undefined && (
        <>
          {' '}
          <DecisionLink id={about}>{say('order.facts.about', 'because of this decision')}</DecisionLink>
        </>
      )}
    </p>
  );
};
