import { describeEvidenceLog } from '../contracts/evidence_log';
import { describeEvidenceSearch } from '../contracts/evidence_search';
import { FakeEvidence, fakeEvidenceLog } from './fake_evidence';

const inMemory = async () => ({ log: fakeEvidenceLog(new FakeEvidence()), dispose: async () => undefined });

describeEvidenceLog('in memory', inMemory);
describeEvidenceSearch('in memory', inMemory);
