import { screen, within } from '@testing-library/react';
import type { HandOverChannelView } from '../../../common/api/routes';
import type { EscalationView } from '../../../common/api/views';
import { anEscalation } from '../../../test/builders/views';
import { faultsOfAccess } from '../../../test/stubs/accessible';
import { answer, refuse, showPage } from '../../../test/stubs/page';

const AS_OF = '2026-11-22T03:12:04.000Z';
const aChannel = (change: Partial<HandOverChannelView> = {}): HandOverChannelView => ({
  ...{ name: 'tickets', kind: 'webhook', place: 'https://desk.example', told: 1_234, refused: 0, given_up: 0 },
  ...{ behind: 0, held_back: 0 },
  ...change,
});

const show = (channels: readonly HandOverChannelView[], handed_over?: EscalationView['handed_over']) =>
  showPage('/escalations', {
    answers: {
      listEscalations: answer({
        as_of: AS_OF,
        total: 1,
        escalations: [anEscalation(handed_over === undefined ? {} : { handed_over })],
      }),
      listHandOvers: answer({ as_of: AS_OF, channels: [...channels], hand_overs: [] }),
    },
  });
const row = async (name: RegExp) => within(await screen.findByRole('row', { name }));

describe('what is handed over', () => {
  it('shows each channel: where, how it fares, how many, and is accessible', async () => {
    await show([aChannel({ last_told: { at: AS_OF, key: 'k' } })]);
    const tickets = await row(/tickets/);
    expect(tickets.getByText('https://desk.example')).toBeInTheDocument();
    expect(tickets.getByText('fine')).toBeInTheDocument();
    expect(tickets.getByText('1,234')).toBeInTheDocument();
    expect(await faultsOfAccess()).toEqual([]);
  });

  it('says why a channel is not reached, that some wait for their turn, and what was lost', async () => {
    const lost = { at: AS_OF, key: 'k', result: 'refused', why: 'HTTP 400' } as const;
    await show([
      aChannel({ name: 'down', error: 'HTTP 503', failing_since: AS_OF, behind: 4 }),
      aChannel({ name: 'flooded', behind: 9, held_back: 9, kind: 'opensearch_notifications' }),
      aChannel({ name: 'picky', last_lost: lost, refused: 1 }),
    ]);
    expect((await row(/down/)).getByText('HTTP 503')).toBeInTheDocument();
    expect((await row(/flooded/)).getByText(/9 wait for their turn/)).toBeInTheDocument();
    expect((await row(/picky/)).getByText('HTTP 400')).toBeInTheDocument();
  });

  it('says on the card who was told, with a link to the ticket only where it is an address of the web', async () => {
    await show(
      [],
      [
        { channel: 'tickets', at: AS_OF, ticket: { id: 'INC-7', url: 'https://desk.example/INC-7' } },
        { channel: 'chat', at: AS_OF, ticket: { id: 'T1', url: 'javascript:alert(1)' } },
      ],
    );
    const link = await screen.findByRole('link', { name: /ticket INC-7/ });
    expect(link).toHaveAttribute('href', 'https://desk.example/INC-7');
    expect(screen.getByText(/handed over to chat/)).toBeInTheDocument();
    expect(screen.queryByRole('link', { name: /T1/ })).toBeNull();
  });

  it('shows nothing where nobody is told, and a failure where that cannot be known', async () => {
    await show([]);
    await screen.findAllByText(/203\.0\.113/);
    expect(screen.queryByText('Where escalations are handed over')).toBeNull();
  });

  it('says so where it cannot be asked', async () => {
    await showPage('/escalations', {
      answers: {
        listEscalations: answer({ as_of: AS_OF, total: 0, escalations: [] }),
        listHandOvers: refuse('unavailable', 'OpenSearch does not answer right now'),
      },
    });
    expect(await screen.findByText(/OpenSearch does not answer right now/)).toBeInTheDocument();
  });
});
