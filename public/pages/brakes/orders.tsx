import React, { useState } from 'react';
import { EuiButton } from '@elastic/eui';
import type { StopView } from '../../../common/api/views';
import { useMay, useStatusPart } from '../../components/data/use_live';
import { Section } from '../../components/layout/section';
import { MomentText, SinceText } from '../../components/text/moment_text';
import { ToneText } from '../../components/text/tone_text';
import type { Tone } from '../../format/act_status';
import { scopeWord } from '../../format/words';
import { say } from '../../i18n';
import { BreakerNext } from '../../shell/breaker_next';
import { ResumeDialog, stopWords } from '../../shell/stop_resume';

/** How far an order has come. Only what is acknowledged is called stopped. */
const stateOf = ({ state, lasts_ms, breaker }: StopView): { readonly tone: Tone; readonly word: string } => {
  switch (state) {
    case 'local':
      return { tone: 'bad', word: say('orders.local', 'this host stands still, others may not') };
    case 'ordered':
      return { tone: 'busy', word: say('orders.ordered', 'stopping') };
    case 'overdue':
      return { tone: 'bad', word: say('orders.overdue', 'overdue: some agent may still start effects') };
    case 'acknowledged':
    case undefined:
      if (breaker !== undefined) return { tone: 'bad', word: say('orders.tripped', 'stopped by its breaker') };
      return lasts_ms === undefined
        ? { tone: 'warn', word: say('orders.stopped', 'stopped') }
        : { tone: 'warn', word: say('orders.paused', 'paused') };
  }
};

const Order = ({ stop }: { readonly stop: StopView }) => {
  const may = useMay('approve');
  const [open, setOpen] = useState(false);
  const { tone, word } = stateOf(stop);
  return (
    <li>
      <div className="rfx-rows__line">
        <strong>{scopeWord(stop.scope)}</strong>
        <ToneText tone={tone}>{word}</ToneText>
        {may ? (
          <EuiButton size="s" onClick={() => setOpen(true)}>
            {stop.breaker === undefined ? say('stopped.resume', 'Resume…') : say('stopped.reset', 'Reset…')}
          </EuiButton>
        ) : (
          <span className="rfx-subdued">{say('stopped.may_not', 'only an approver may resume')}</span>
        )}
      </div>
      <div className="rfx-small rfx-subdued">
        {stopWords(stop)} <SinceText at={stop.at} />{' '}
        {stop.breaker !== undefined && <BreakerNext breaker={stop.breaker} />}
        {stop.until !== undefined && (
          <>
            {' '}
            {say('stopped.until', 'ends by itself at')} <MomentText at={stop.until} />
          </>
        )}
      </div>
      {open && <ResumeDialog stop={stop} onClose={() => setOpen(false)} />}
    </li>
  );
};

/** What stands still because somebody said so, and the way to let it go on. */
export const Orders = () => {
  const stops = useStatusPart('stops') ?? [];
  return (
    <Section
      title={say('orders.title', 'Orders to stop')}
      note={say('orders.note', 'kill switches, pauses of policies and breakers that tripped')}
    >
      {stops.length === 0 ? (
        <p className="rfx-subdued">
          {say('orders.none', 'None: nothing stands still because of somebody’s word or a breaker.')}
        </p>
      ) : (
        <ul className="rfx-rows">
          {stops.map((stop) => (
            <Order key={`${stop.scope} ${stop.at}`} stop={stop} />
          ))}
        </ul>
      )}
    </Section>
  );
};
