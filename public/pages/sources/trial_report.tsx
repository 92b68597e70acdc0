import React, { useState } from 'react';
import { DecisionHeadline } from '../../components/facts/headline_text';
import { EuiButtonEmpty } from '@elastic/eui';
import type { TrialView, TriedDocument, TriedEvent } from '../../../common/api/routes';
import type { Decision } from '../../../common/flow/decision';
import type { ReceivedEvent } from '../../../common/flow/event';
import { AssetCard } from '../../components/facts/asset_facts';
import { SeverityMark, VerdictBadge } from '../../components/facts/badges';
import { EventFields } from '../../components/facts/event_fields';
import { Facts } from '../../components/facts/facts';
import { Reasons } from '../../components/facts/reasons';
import { ScoreBreakdown } from '../../components/facts/score_breakdown';
import { CountsInstead } from '../../components/facts/source_voice';
import { Why } from '../../components/facts/why';
import { Section } from '../../components/layout/section';
import { MomentText } from '../../components/text/moment_text';
import { Sentence } from '../../components/text/sentence';
import { ToneText } from '../../components/text/tone_text';
import { scoreText } from '../../format/numbers';
import { actionTitle, verdictWord } from '../../format/words';
import { say } from '../../i18n';
import { notOursWords, readingWords, seenWord } from './try_words';

const Faults = ({ faults }: Pick<TriedEvent, 'faults'>) =>
  faults.length === 0 ? null : (
    <>
      <p>
        <ToneText tone="bad">{say('trial.quarantined', 'It would be in quarantine:')}</ToneText>
      </p>
      <ul className="rfx-plain rfx-faults">
        {faults.map(({ path, message }) => (
          <li key={`${path} ${message}`}>
            <code>{path}</code> <Sentence text={message} />
          </li>
        ))}
      </ul>
    </>
  );

const Brakes = ({ decision, brakes = [] }: { decision: Decision; brakes: TriedEvent['brakes'] }) =>
  brakes.length === 0 ? null : (
    <ul className="rfx-plain">
      {brakes.map(({ act_id, would, text }) => {
        const act = decision.acts.find((each) => each.act_id === act_id);
        return (
          <li key={act_id}>
            {say('trial.brakes', 'The brakes would {would}: {action}', {
              would: verdictWord(would),
              action: act === undefined ? act_id : actionTitle(act.action),
            })}{' '}
            {text !== undefined && <Sentence text={text} />}
          </li>
        );
      })}
    </ul>
  );

/** The verdict, and on demand why, with what Reflex looked up itself. */
const Verdict = ({
  decision,
  event,
  brakes,
}: {
  decision: Decision;
  event: ReceivedEvent;
  brakes: TriedEvent['brakes'];
}) => {
  const [open, setOpen] = useState(false);
  return (
    <>
      <p>
        <VerdictBadge verdict={decision.verdict} /> <DecisionHeadline decision={decision} />
      </p>
      <Brakes decision={decision} brakes={brakes} />
      <EuiButtonEmpty size="xs" flush="left" aria-expanded={open} onClick={() => setOpen(!open)}>
        {say('trial.why', 'Why, and what was observed')}
      </EuiButtonEmpty>
      {open && (
        <>
          {decision.reasons.length > 0 && <Reasons reasons={decision.reasons} />}
          <Why decision={decision} event={event} />
          <ScoreBreakdown score={decision.score} />
          <div className="rfx-assets">
            {decision.inputs.assets.map((asset) => (
              <AssetCard key={`${asset.type} ${asset.value}`} asset={asset} />
            ))}
          </div>
        </>
      )}
    </>
  );
};

const Notes = ({ names_nothing, cut }: Pick<TriedEvent, 'names_nothing' | 'cut'>) => (
  <>
    {names_nothing === true && (
      <p>
        <ToneText tone="warn">
          {say('trial.names_nothing', 'It names no host, address, account, program or file: no act has a target.')}
        </ToneText>
      </p>
    )}
    {cut === true && (
      <p>
        <ToneText tone="warn">
          {say('trial.cut', 'The original is too large to be kept whole. All fields were read before.')}
        </ToneText>
      </p>
    )}
  </>
);

const Event = ({ tried, title }: { tried: TriedEvent; title: string }) => {
  const { event: received, faults, identity = [], seen = 'new', decision, brakes } = tried;
  const [tone, word] = seenWord(seen);
  return (
    <Section level="h3" title={title}>
      <Faults faults={faults} />
      {received !== undefined && (
        <>
          {decision !== undefined && <Verdict decision={decision} event={received} brakes={brakes} />}
          <Notes {...tried} />
          <Facts
            facts={[
              { name: say('trial.identity', 'Identity'), value: <code>{identity.join(' · ')}</code> },
              { name: say('trial.case', 'Case'), value: <ToneText tone={tone}>{word}</ToneText> },
              { name: say('trial.time', 'Happened'), value: <MomentText at={received.event.timestamp} /> },
              {
                name: say('trial.severity', 'Severity'),
                value: (
                  <>
                    <SeverityMark severity={received.event.severity} /> <CountsInstead heard={received} />
                  </>
                ),
              },
              {
                name: say('trial.confidence', 'Confidence'),
                value:
                  received.uncalibrated === true
                    ? say('trial.confidence.none', '{value}, for nobody said one', {
                        value: scoreText(received.event.confidence),
                      })
                    : scoreText(received.event.confidence),
              },
              received.source_state === undefined
                ? undefined
                : { name: say('trial.state', 'State at its source'), value: received.source_state },
            ]}
          />
          <EventFields heard={received} />
        </>
      )}
    </Section>
  );
};

const Document = ({ document, index, only }: { document: TriedDocument; index: number; only: boolean }) => {
  const { line, events, not_ours, faults } = document;
  const name =
    line === undefined
      ? say('trial.document', 'Document {number}', { number: index + 1 })
      : say('trial.line', 'Line {line}', { line });
  return (
    <div role="group" aria-label={name} className="rfx-trial">
      {!only && <h3 className="rfx-trial__name">{name}</h3>}
      <p>
        {say('trial.events', '{count, plural, =0 {No event} one {# event} other {# events}}', { count: events.length })}
      </p>
      {not_ours.length > 0 && (
        <>
          <p>{say('trial.not_ours', 'Not ours:')}</p>
          <ul className="rfx-plain rfx-faults">
            {not_ours.map((each) => (
              <li key={`${each.path} ${each.why} ${each.text ?? ''}`}>
                <code>{each.path}</code> {notOursWords(each)}
              </li>
            ))}
          </ul>
        </>
      )}
      <Faults faults={faults} />
      {events.map((tried, each) => (
        <Event
          key={each}
          tried={tried}
          title={say('trial.event', 'Event {number}: {name}', {
            number: each + 1,
            name: tried.event?.event.event_id ?? say('trial.event.none', 'not accepted'),
          })}
        />
      ))}
    </div>
  );
};

/** What documents would come to, one by one. */
export const TrialReport = ({ view }: { view: TrialView }) => {
  const { documents, reading, granted, off, version, not_tried } = view;
  const events = documents.reduce((sum, document) => sum + document.events.length, 0);
  return (
    <Section title={say('trial.result', 'What they would come to')}>
      <p role="status">
        {say(
          'trial.summary',
          '{documents, plural, one {# document} other {# documents}}, {events, plural, =0 {no event} one {# event} other {# events}}, read {how}, decided by the policies in force (version {version}), each as if it came alone and now. Nothing was kept.',
          { documents: documents.length, events, how: readingWords(reading), version },
        )}
      </p>
      {!granted && (
        <p>
          <ToneText tone="warn">
            {say('trial.claims', 'Nothing is granted to this source: all that it says of itself is only claimed.')}
          </ToneText>
        </p>
      )}
      {off && (
        <p>
          <ToneText tone="warn">
            {say('trial.off', 'This source is switched off: nothing of it would be taken.')}
          </ToneText>
        </p>
      )}
      {not_tried > 0 && (
        <p>
          <ToneText tone="warn">
            {say(
              'trial.not_tried',
              '{count, plural, one {# more event was} other {# more events were}} not tried: there are too many, or it took too long.',
              { count: not_tried },
            )}
          </ToneText>
        </p>
      )}
      {documents.map((document, index) => (
        <Document key={index} document={document} index={index} only={documents.length === 1} />
      ))}
    </Section>
  );
};
