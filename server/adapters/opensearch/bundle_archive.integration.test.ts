import { describeBundleArchive } from '../../../test/contracts/bundle_archive';
import { realNode } from '../../../test/contracts/real_node';
import { OpenSearchBundleArchive } from './bundle_archive';
import { ensureIndices } from './indices';

jest.setTimeout(60_000);

describeBundleArchive('OpenSearch', async () => {
  const node = await realNode();
  await ensureIndices(node.transport, { prefix: node.prefix, replicas: 0, mayCreateState: true });
  return { archive: new OpenSearchBundleArchive(node.transport, { prefix: node.prefix }), dispose: node.dispose };
});
