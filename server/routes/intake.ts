import { present } from '../../common/present';
import { postAlertingWebhook, postEvents } from '../../common/api/routes';
import { err, ok } from '../../common/result';
import { NO_INTAKE, SOURCE_OFF, refusal } from '../runner/record/refusal';
import { eventsIn, receiveEvents } from '../runner/sources/receive';
import { noteAdmissions } from '../runner/sources/receive_documents';
import { noteArrival } from '../runner/sources/subscriptions/channel_arrival';
import { inBackground } from '../runner/keeping/in_background';
import { answered, answeredToChannel } from './admission_answer';
import { admissionView } from './admission_view';
import { serve, type Binding, type Caller } from './bind';
import type { Ready, Serving } from './route_parts';

/** Most events in one request. */
const MOST_EVENTS = 500;

const textOf = (body: unknown): string =>
  Buffer.isBuffer(body) ? body.toString('utf8') : typeof body === 'string' ? body : JSON.stringify(body ?? '');

/** Notes in the background that a channel came with its new token, or with the test message that somebody waits for. */
const noteChannel = (
  { log, sources }: Pick<Ready, 'sources'> & Pick<Binding, 'log'>,
  { channel }: Caller,
  isTest: boolean,
): void => {
  if (channel !== undefined && (channel.pending || (isTest && channel.awaited)))
    inBackground({ log }, 'noting a message of the channel', noteArrival(sources, { digest: channel.digest, isTest }));
};

/** Where events come in: the wire form, and what channels of OpenSearch Alerting send. */
export const intakeRoutes = (parts: Serving<'agent' | 'alerts' | 'sources' | 'sourceHealth' | 'demo'>): void => {
  serve(parts, postEvents, async ({ body, caller }) => {
    const { agent, sourceHealth, demo } = parts.standing();
    if (!agent.has('intake')) return err(NO_INTAKE);
    const values = eventsIn(textOf(body));
    const named = { type: 'webhook', id: caller.name } as const;
    if (agent.parts.switches.off(named) !== undefined) {
      sourceHealth.noteOff(named, values.ok ? values.value.length : 1);
      return err(SOURCE_OFF);
    }
    if (!values.ok) {
      const source = { ...named, ...present({ owners: caller.owners }) };
      const fields = [{ path: '', message: values.error }];
      await agent.door.refuse('unreadable', source, textOf(body), fields);
      return err({ ...refusal('invalid', `the body ${values.error}`), fields: [{ path: '', message: values.error }] });
    }
    if (values.value.length > MOST_EVENTS)
      return err(refusal('too_large', `at most ${MOST_EVENTS} events fit into one request`));
    const admissions = await receiveEvents(agent, named, values.value, {
      demo,
      health: sourceHealth,
      ...present({ owners: caller.owners }),
    });
    noteAdmissions(sourceHealth, named, admissions);
    return ok(answered(admissions.map(admissionView)));
  });

  serve(parts, postAlertingWebhook, async ({ body, caller }) => {
    const { agent, alerts, sources } = parts.standing();
    if (!agent.has('intake')) return err(NO_INTAKE);
    const outcome = await alerts.receive(textOf(body));
    noteChannel({ log: parts.log, sources }, caller, outcome.kind === 'test_message');
    switch (outcome.kind) {
      case 'test_message':
        return ok(answered([], 'the test message arrived'));
      case 'unreadable':
        return ok(answeredToChannel([admissionView(outcome.admission)]));
      case 'admitted': {
        const results = outcome.admissions.map(admissionView);
        if (outcome.ringing) {
          const note = 'its alert is looked up; what it tells of is durable';
          return ok(answeredToChannel([...results, { status: 'accepted' }], note));
        }
        const note = results.length === 0 ? 'nothing in it is a reason to act' : undefined;
        return ok(answeredToChannel(results, note));
      }
    }
  });
};
