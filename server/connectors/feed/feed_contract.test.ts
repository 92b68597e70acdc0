import { describeConnector } from '../../../test/contracts/connector';
import { feedRig } from '../../../test/targets/feed_rig';

describeConnector('feed (model)', async () => feedRig());
