import { act, screen } from '@testing-library/react';
import { answer, showPage } from '../../test/stubs/page';

const answers = { listDecisions: answer({ as_of: '2026-11-22T03:12:04.000Z', total: 0, decisions: [] }) };

/** A header of the host whose lower edge is where the test says. */
const aHeader = (bottom: number, position: string): HTMLElement => {
  const header = document.body.appendChild(document.createElement('div'));
  header.className = 'euiHeader';
  header.style.position = position;
  header.getBoundingClientRect = () => new DOMRect(0, 0, 1_000, bottom);
  return header;
};

const place = (name: string): string | undefined =>
  screen.getByRole('banner').parentElement?.style.getPropertyValue(name);

describe('where the bar sticks', () => {
  afterEach(() => {
    document.body.replaceChildren();
    document.body.className = '';
  });

  it('is below the lowest header that stays, also one that comes or goes later', async () => {
    aHeader(49, 'fixed');
    await showPage('/decisions', { answers });
    expect(place('--rfx-top')).toBe('49px');
    const second = aHeader(98, 'fixed');
    // The host marks the body for each header that it keeps in place.
    await act(async () => {
      document.body.className = 'euiBody--headerIsFixed--double';
      await Promise.resolve();
    });
    expect(place('--rfx-top')).toBe('98px');
    second.remove();
    await act(async () => {
      document.body.className = 'euiBody--headerIsFixed';
      await Promise.resolve();
    });
    expect(place('--rfx-top')).toBe('49px');
  });

  it('is the top of the window where the header scrolls away', async () => {
    aHeader(112, 'static');
    await showPage('/decisions', { answers });
    expect([place('--rfx-top'), place('--rfx-below')]).toEqual(['0px', '0px']);
  });
});
