import React from 'react';
import type { Act } from '../../../common/flow/decision';
import { Section } from '../../components/layout/section';
import { ToneText } from '../../components/text/tone_text';
import { durationText } from '../../format/duration';
import { actionTitle } from '../../format/words';
import { say } from '../../i18n';

const planText = ({ rollback, ttl_ms }: Act): string => {
  if (rollback === null) return say('undo.never', 'Cannot be undone.');
  const undo = actionTitle(rollback);
  return ttl_ms === null
    ? say('undo.by_hand', 'Stays until somebody lifts it (“{undo}”).', { undo })
    : say('undo.by_ttl', 'Undone by itself after {length} (“{undo}”); anybody who may respond can lift it before.', {
        undo,
        length: durationText(ttl_ms),
      });
};

/** How the act would be taken back, and when. */
export const UndoPlan = ({ act }: { act: Act }) => (
  <Section title={say('undo.title', 'If you approve: how it ends')}>
    <ToneText tone={act.rollback === null ? 'bad' : 'good'}>{planText(act)}</ToneText>
  </Section>
);
