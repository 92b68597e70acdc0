import { describeEvidenceLog } from '../contracts/evidence_log';
import { FakeEvidence, fakeEvidenceLog } from './fake_evidence';

describeEvidenceLog('in memory', async () => ({
  log: fakeEvidenceLog(new FakeEvidence()),
  dispose: async () => undefined,
}));
