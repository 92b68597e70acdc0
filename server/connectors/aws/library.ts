import type * as Ec2 from './ec2_sdk';
import type * as Iam from './iam_sdk';
import type { SdkConfig } from './sdk_config';
import type * as Waf from './waf_sdk';

/*
 * The SDK of each service, loaded when the first connector that needs it is made: the one of EC2 alone takes half a
 * second and 60 MB. Calls that bundlers and Node both understand, and that nothing runs before.
 */

export type WafSdk = ReturnType<typeof Waf.wafSdk>;
export type Ec2Sdk = ReturnType<typeof Ec2.ec2Sdk>;
export type IamSdk = ReturnType<typeof Iam.iamSdk>;

export const loadWaf = (config: SdkConfig): WafSdk => (require('./waf_sdk') as typeof Waf).wafSdk(config);
export const loadEc2 = (config: SdkConfig): Ec2Sdk => (require('./ec2_sdk') as typeof Ec2).ec2Sdk(config);
export const loadIam = (config: SdkConfig): IamSdk => (require('./iam_sdk') as typeof Iam).iamSdk(config);
