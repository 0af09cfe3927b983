import { describe, expect, test } from 'vitest';
import { environmentProperties } from '../../../src/config/environment.ts';

describe('CONNECT_*', () => {
  test.each([
    ['CONNECT_BOOTSTRAP_SERVERS', 'bootstrap.servers'],
    ['CONNECT_REST_ADVERTISED_HOST_NAME', 'rest.advertised.host.name'],
    ['CONNECT_CONFIG_PROVIDERS_A__B_CLASS', 'config.providers.a_b.class'],
    ['CONNECT_PRODUCER_SOME___NAME', 'producer.some-name'],
    ['CONNECT_LISTENERS_HTTPS_SSL_CLIENT_AUTH', 'listeners.https.ssl.client.auth'],
  ])('%s is %s', (variable, property) => {
    expect(environmentProperties({ [variable]: 'Value ${a:b:C}' })).toEqual({
      [property]: 'Value ${a:b:C}',
    });
  });

  test('keeps an empty value', () => {
    expect(environmentProperties({ CONNECT_ADMIN_LISTENERS: '' })).toEqual({
      'admin.listeners': '',
    });
  });

  test.each(['CONNECT_URL', 'CONNECT_LOG4J_ROOT_LOGLEVEL', 'CONNECT', 'KAFKA_CONNECT_GROUP_ID'])(
    '%s is no property',
    (name) => {
      expect(environmentProperties({ [name]: 'x' })).toEqual({});
    },
  );
});
