import { describeConnector } from '../../../test/contracts/connector';
import { awsModel, keyId } from '../../../test/targets/aws_model';
import { AWS_SERVICES, awsRig } from '../../../test/targets/aws_rig';

const place = async () => {
  const model = await awsModel();
  const users = [...Array(60).keys()].map((n) => model.user(`user-${n}`, [keyId()]).name);
  const { name, id } = model.set();
  return { port: model.port, set: { name, id }, acl: model.acl().id, users, dispose: model.close };
};

for (const service of AWS_SERVICES) describeConnector(`aws (${service}), on a model`, () => awsRig(service, place));
