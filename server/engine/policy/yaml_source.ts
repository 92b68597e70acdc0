export { MOST_SOURCE, parseYaml } from '../../../common/policy/text/yaml_source';
