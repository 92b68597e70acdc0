import { screen, within } from '@testing-library/react';
import { received } from '../../../test/builders/events';
import { aBrief, aDecision, aDecisionBrief, aDecisionDetail, anEscalation, aTrace } from '../../../test/builders/views';
import { answer, showPage } from '../../../test/stubs/page';
import type { ReceivedEvent } from '../../../common/flow/event';
import { BRIEF_CLAIMS } from '../../../common/api/many_as_one';
import { VOICE_FIELDS, type VoiceField } from '../../../common/flow/voice';
import { csvOf } from './csv';

/* X23: fields that make a wrong act look evidenced. What nobody vouches for is marked wherever a person sees it. */

const SAID = {
  confidence: 0.99,
  severity: 'critical' as const,
  tags: ['known-bad'],
  rule: { id: 'rule-7', name: 'Proven rule', origin: 'known_ioc', status: 'stable' as const },
};

/** An event in which one field is only claimed, and all else is granted. */
const claimingOnly = (field: VoiceField): ReceivedEvent => {
  const whole = received(SAID);
  const voice = whole.voice ?? { origins: {} };
  const left = field === 'tags' ? { tags_left: SAID.tags } : {};
  return { ...whole, voice: { ...voice, ...left, origins: { ...voice.origins, [field]: 'claimed' } } };
};

const READ: Readonly<Record<VoiceField, string>> = {
  confidence: 'event.confidence',
  severity: 'event.severity_rank',
  tags: 'event.tags',
  'rule.id': 'history.rule.true_positives_30d',
  'rule.name': 'event.rule.name',
  'rule.origin': 'event.rule.origin',
  'rule.status': 'event.rule.status',
};

const everyRead = Object.fromEntries([...Object.values(READ), 'source.known'].map((path) => [path, 1]));
const clauses = [{ text: 'all of it', result: 'true' as const, values: everyRead }];

const showDecision = (event: ReceivedEvent, claimed: boolean) => {
  const trace = [aTrace({ clauses, ...(claimed ? { claimed: true as const } : {}) })];
  return showPage('/decisions/decision-1', {
    answers: { getDecision: answer(aDecisionDetail({ event, decision: aDecision({ trace }) })) },
  });
};
const region = async (name: string) => within(await screen.findByRole('region', { name }));

describe('a decision whose event is claimed in one field', () => {
  it.each(VOICE_FIELDS)('marks %s, and no other, in the event and in each clause that read it', async (field) => {
    await showDecision(claimingOnly(field), true);
    const why = await region('Why, clause by clause');
    expect(why.getByText('by what the source only claims')).toBeInTheDocument();
    for (const [name, path] of [...Object.entries(READ), ['none', 'source.known']] as const) {
      const text = why.getByText(`${path} =`).parentElement?.textContent ?? '';
      expect([path, text.includes('only claimed')]).toEqual([path, name === field]);
    }
    const fields = await region('The event');
    for (const name of VOICE_FIELDS) {
      const text = fields.getByText(name).nextSibling?.textContent ?? '';
      expect([name, text.includes('only claimed')]).toEqual([name, name === field]);
    }
  });

  it.each([
    ['severity', true],
    ['tags', false],
  ] as const)('marks the severity in its head where %s is claimed: %s', async (field, marked) => {
    await showDecision(claimingOnly(field), true);
    const head = (await screen.findByText('decided')).closest('p')?.textContent ?? '';
    expect([head.includes('critical'), head.includes('only claimed')]).toEqual([true, marked]);
  });

  it.each([
    ['rule.id', true],
    ['rule.name', false],
  ] as const)('marks the history of its rule where %s is claimed: %s', async (field, marked) => {
    await showDecision(claimingOnly(field), true);
    const row = (await screen.findByRole('table', { name: 'What was seen before' })).textContent ?? '';
    expect(row.includes('only claimed')).toBe(marked);
  });

  it('marks no value where a policy was asked about what counts', async () => {
    await showDecision(claimingOnly('confidence'), false);
    expect((await region('Why, clause by clause')).queryByText(/only claim/)).not.toBeInTheDocument();
  });
});

describe('a decision whose event held placeholders', () => {
  const event: ReceivedEvent = {
    ...received({ source: { ip: '203.0.113.7' } }),
    as_said: [
      { field: 'source.ip', text: '203.0.113.7:443' },
      { field: 'user.name', text: 'N/A' },
      { field: 'src_host', text: '' },
    ],
  };

  it('shows what came: in the fields of the event, and where it says why', async () => {
    await showDecision(event, false);
    const fields = await region('The event');
    const valueOf = (name: string) => fields.getByText(name, { selector: 'dt' }).nextSibling;
    expect(valueOf('user.name')).toHaveTextContent('N/A a placeholder: it names nothing');
    expect(valueOf('src_host')).toHaveTextContent('empty a placeholder: it names nothing');
    expect(valueOf('source.ip')).toHaveTextContent('203.0.113.7 came as 203.0.113.7:443');
    const why = await region('Why, clause by clause');
    expect(why.getByText('Policies see no value in these fields:')).toBeInTheDocument();
    expect(why.getAllByText('a placeholder: it names nothing')).toHaveLength(2);
    expect(why.queryByText('source.ip')).not.toBeInTheDocument();
  });

  it('shows it where an act waits for a person', async () => {
    const { as_said = [], ...heard } = event;
    const escalations = [anEscalation({ event: heard.event, as_said: [...as_said] })];
    await showPage('/escalations', {
      answers: { listEscalations: answer({ as_of: '2026-11-22T03:12:04.000Z', total: 1, escalations }) },
    });
    const card = within(await screen.findByRole('article', { name: 'The act in question' }));
    expect(card.getByText('user.name').nextSibling).toHaveTextContent('names nothing');
  });

  it('says nothing where nothing was left out', async () => {
    await showDecision(received(), false);
    expect((await region('Why, clause by clause')).queryByText(/see no value/)).not.toBeInTheDocument();
  });
});

describe('a decision whose event was mended', () => {
  const event: ReceivedEvent = {
    ...received({ source: { ip: '203.0.113.7' } }),
    mended: [
      { path: 'source.ip', how: 'several', left: 2 },
      { path: 'severity', how: 'fallback', text: 'unknown' },
      { path: 'rule.name', how: 'cut', text: 'a long name' },
      { path: 'process.pid', how: 'left_out', text: '-1' },
      { path: 'Message', how: 'unread' },
    ],
  };

  it.each([
    ['source.ip', '203.0.113.7 2 more values were left out'],
    ['severity', 'unknown set by the map of the source, for want of a value'],
    ['rule.name', 'a long name cut: it was too long'],
    ['process.pid', '-1 left out: this is no value of the field'],
    ['Message', 'holds no JSON, though the map of the source says so'],
  ])('says so beside %s', async (field, text) => {
    await showDecision(event, false);
    const fields = await region('The event');
    expect(fields.getByText(field, { selector: 'dt' }).nextSibling).toHaveTextContent(text);
  });

  it('says where it says why which fields policies see no value in', async () => {
    await showDecision(event, false);
    const why = await region('Why, clause by clause');
    expect(why.getByText('left out: this is no value of the field')).toBeInTheDocument();
    expect(why.queryByText('source.ip')).not.toBeInTheDocument();
  });

  it('shows it where an act waits for a person', async () => {
    const { mended = [], ...heard } = event;
    const escalations = [anEscalation({ event: heard.event, mended: [...mended] })];
    await showPage('/escalations', {
      answers: { listEscalations: answer({ as_of: '2026-11-22T03:12:04.000Z', total: 1, escalations }) },
    });
    const card = within(await screen.findByRole('article', { name: 'The act in question' }));
    expect(card.getByText('process.pid').nextSibling).toHaveTextContent('left out');
  });
});

describe('what lists say of an event', () => {
  const MARKED = { severity: 1, confidence: 0, rule: 1, tags: 0 } as const;

  it.each(BRIEF_CLAIMS)('marks %s in the table of decisions', async (claim) => {
    const decisions = [aDecisionBrief({ brief: aBrief({ claimed: [claim] }) })];
    await showPage('/decisions', {
      answers: { listDecisions: answer({ as_of: '2026-11-22T03:12:04.000Z', total: 1, decisions }) },
    });
    const table = within(await screen.findByRole('table'));
    await table.findByText(/Connection to a known IOC/);
    expect(table.queryAllByText('only claimed')).toHaveLength(MARKED[claim]);
  });

  it.each(BRIEF_CLAIMS)('marks %s where an act waits for a person', async (claim) => {
    const asks = anEscalation({
      brief: aBrief({ claimed: [claim] }),
      event: received().event,
      voice: received().voice,
    });
    const escalations = [asks];
    await showPage('/escalations', {
      answers: { listEscalations: answer({ as_of: '2026-11-22T03:12:04.000Z', total: 1, escalations }) },
    });
    const card = within(await screen.findByRole('article', { name: 'The act in question' }));
    expect(card.queryAllByText('only claimed')).toHaveLength(claim === 'tags' ? 0 : 1);
    const list = within(screen.getByRole('list', { name: 'Acts that wait for a person' }));
    expect(list.queryAllByText('only claimed')).toHaveLength(MARKED[claim]);
  });

  it.each(BRIEF_CLAIMS)('names %s in the CSV', (claim) => {
    const [head = '', row = ''] = csvOf([aDecisionBrief({ brief: aBrief({ claimed: [claim] }) })]).split('\r\n');
    expect(head.split(',')).toContain('claimed');
    expect(row).toContain(`"${claim}"`);
  });
});
