import { SECURE_NODE_RELEASE, type Artifact } from '../release';

/* What the archives of the secured node lack, each from the same repository by digest. */

type Jar = Pick<Artifact, 'version' | 'bytes' | 'sha512'>;

const jar = (groupId: string, artifactId: string, about: Jar): Artifact => ({
  groupId,
  artifactId,
  extension: 'jar',
  ...about,
});

/** The security plugin needs it: without it every request to data is answered 500. */
export const PLUGIN_LACKS: readonly Artifact[] = [
  jar('org.apache.commons', 'commons-collections4', {
    version: '4.5.0',
    bytes: 898_652,
    sha512:
      'ee43c513ac9dcbd7dd23b5cbb4ea5f65a2e10cdfbb403d080b87e778b3b45062315522297c41eca514a9a946228ad7650f0a572d5b78effb8260dd8084131988',
  }),
];

/** The module that runs scripts: the state tells the time of the node by one. The archive of this version has none. */
export const PAINLESS: readonly Artifact[] = [
  jar('org.opensearch.plugin', 'lang-painless', {
    version: '3.4.0',
    bytes: 722_786,
    sha512:
      '6bb445370cc091fb5903d49ce325880009efcd1ce3fe943cc91a2f0e33bf494a29085f98c84a599435c61fe3f817f0f7272948a441d9bbfc5dcceaa638877aee',
  }),
  jar('org.opensearch.plugin', 'opensearch-scripting-painless-spi', {
    version: '3.4.0',
    bytes: 30_326,
    sha512:
      '06aeb3a991b8a4a17cf8c298449e6613cea1b11e1e0e391a35703610c81224ea43647ffd7ae0d53eedc70d75231ef11608640f9893f4f7cc99aaafa4b2e513fe',
  }),
  jar('org.antlr', 'antlr4-runtime', {
    version: '4.13.1',
    bytes: 326_305,
    sha512:
      '63eb51bfcee49c52848d8b7c3c46d8b4d367d85fb3c3db7175eaacba94e4d0c227b78e5955a0e86e575e1c6206fc2a43e5fa96fb04ad7c16e24ec94015cfc18b',
  }),
  jar('org.ow2.asm', 'asm', {
    version: '9.9',
    bytes: 126_122,
    sha512:
      '197a4fb3ecb34d05ac555c6a510e69affcb1e476f24c5e935ad513ecdabf74b45aa1b0e0b25dbe91224fc6db7959b2677ea5876ee49e7487265e2a29c560c21c',
  }),
  jar('org.ow2.asm', 'asm-analysis', {
    version: '9.9',
    bytes: 35_149,
    sha512:
      '293fdf9ffd6858559d9bf4a2b68dfcfc58cb581d27e0fbcd2c2d0c540520498e9d587094534dd58d782ff5051b90f160971cfc388ea132e06eafa089bcc0bed7',
  }),
  jar('org.ow2.asm', 'asm-commons', {
    version: '9.9',
    bytes: 74_348,
    sha512:
      '4949cde2b51e5d171d0ff02ebd1f9f7f111bf538c8bfd62f139364181ee4bebd6598949d895f1c78daaba6dd1da4e564fab10e602cfe297915cd0287f8c2f1d5',
  }),
  jar('org.ow2.asm', 'asm-tree', {
    version: '9.9',
    bytes: 51_947,
    sha512:
      '8b555d9166a17dcd0d1b297bd61fb3da59279b00a97fd7d0a3b139cb68ca8012ac14fb9bab0a6fa7ebe5612337f8e39b240d97b05a2c25ebc9ece15b7a1bc131',
  }),
  jar('org.ow2.asm', 'asm-util', {
    version: '9.9',
    bytes: 94_565,
    sha512:
      'cd4f82589e0acc801618e4f55de2e7b85718d30cf5a7d2e5ead383dcdc2689a934abea37b81f5a7c508d9f7fc9ceb2e8ae5c8e4e958537ebb80b621814b099fb',
  }),
];

/** As the archives of other versions have it, which hold the module. */
export const PAINLESS_DESCRIPTOR = [
  'description=An easy, safe and fast scripting language for OpenSearch',
  `version=${SECURE_NODE_RELEASE.version}`,
  'name=lang-painless',
  'classname=org.opensearch.painless.PainlessModulePlugin',
  'java.version=21',
  `opensearch.version=${SECURE_NODE_RELEASE.version}`,
  'custom.foldername=',
  'extended.plugins=',
  'has.native.controller=false',
  '',
].join('\n');
