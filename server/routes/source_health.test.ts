import { getLeftOut, listIntakeHealth } from '../../common/api/routes';
import { callerWith, routeHost } from '../../test/builders/route_host';
import type { FieldMap } from '../engine/intake/field_map';
import { receiveDocuments } from '../runner/sources/receive_documents';
import { iso } from '../../common/iso';

const EVE = { type: 'kafka', id: 'eve' } as const;
const MAP: FieldMap = {
  only: { kind: 'alert' },
  timestamp: 'at',
  severity: { value: 'high' },
  'source.ip': 'ip',
  'process.pid': 'pid',
};
const reader = callerWith('eve', 'read');

describe('the health of a source', () => {
  it('tells what was left out of its documents by why, and where with examples and the decision of the rest', async () => {
    const host = await routeHost();
    const at = iso(host.agent.parts.clock.utc());
    const values = [{ kind: 'flow' }, { kind: 'flow' }, { kind: 'alert', at, ip: '203.0.113.7', pid: -1 }];
    const documents = values.map((value) => ({ value }));
    const rules = { map: MAP, health: host.sourceHealth };
    const admissions = await host.drive(receiveDocuments(host.agent, EVE, documents, rules));
    const [taken] = admissions.flatMap((each) =>
      each.kind === 'accepted' ? [each.content.decision?.decision_id] : [],
    );
    expect(taken).toBeDefined();
    const health = await host.call(listIntakeHealth, { as: reader });
    expect(health.body).toMatchObject({
      sources: [{ ...EVE, not_ours: 2, left_out: { not_ours: 2, mended: 1, quarantined: 0 } }],
    });
    const { status, body } = await host.call(getLeftOut, { params: EVE, as: reader });
    expect([status, body]).toMatchObject([
      200,
      {
        rows: [
          { why: 'not_ours', path: 'kind', how: 'other', count: 2, examples: [{ text: 'flow' }] },
          {
            why: 'mended',
            path: 'process.pid',
            how: 'left_out',
            count: 1,
            examples: [{ text: '-1', decision_id: taken }],
          },
        ],
      },
    ]);
    const other = await host.call(getLeftOut, { params: { type: 'kafka', id: 'other' }, as: reader });
    expect(other.body).toMatchObject({ rows: [] });
  });
});
