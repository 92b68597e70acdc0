import { text } from '../../../common/codec/codecs';

/**
 * Where OpenSearch reaches this Reflex: what the channel posts to. Everything before `/api/reflex`, so behind a proxy
 * or a base path of Dashboards it ends with that path.
 */
export const PublicUrl = text({
  min: 8,
  max: 1024,
  pattern: /^https?:\/\/[^/?#@\s]+(\/[^?#@\s]*[^/?#@\s])?$/,
  patternName:
    'an address such as `https://dashboards.example:5601`, without user, password, query and slash at the end',
});
