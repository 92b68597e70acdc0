import { anEvent } from '../../../../test/builders/events';
import { withoutLongNames } from './mend_event';

describe('an event of an alert', () => {
  it('keeps names that the wire takes, and loses the others whole', () => {
    const path = `/srv/${'x'.repeat(4_091)}`;
    const event = anEvent({
      src_host: 'h'.repeat(257),
      user: { name: 'u'.repeat(257) },
      file: { path, name: 'f'.repeat(300) },
      process: { hash: 'short', pid: 7 },
      rule: { id: 'r', name: 'n' },
    });
    const { user: _user, src_host: _host, ...rest } = event;
    expect(withoutLongNames(event)).toEqual({
      event: { ...rest, file: { path }, process: { pid: 7 } },
      mended: [
        { path: 'src_host', how: 'left_out', text: 'h'.repeat(256) },
        { path: 'user.name', how: 'left_out', text: 'u'.repeat(256) },
        { path: 'process.hash', how: 'left_out', text: 'short' },
        { path: 'file.name', how: 'left_out', text: 'f'.repeat(256) },
      ],
    });
  });

  it('is the same where nothing is too long', () => {
    const event = anEvent({ src_host: '-', file: { hash: 'N/A' } });
    expect(withoutLongNames(event)).toEqual({ event, mended: [] });
  });
});
