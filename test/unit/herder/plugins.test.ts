/** Goal: a class that isn't here is answered with the one that was meant. */
import { expect, test } from 'vitest';
import { PluginCatalog } from '../../../src/herder/plugins.ts';
import { connectors } from '../../support/docs/property-pages.ts';

const catalog = new PluginCatalog(await connectors());

test.each([
  ['FileStreamSorce', 'org.apache.kafka.connect.file.FileStreamSourceConnector'],
  [
    'org.apache.kafka.connect.file.FileStreamSinc',
    'org.apache.kafka.connect.file.FileStreamSinkConnector',
  ],
  ['io.confluent.salesforce.SalesforceCdcSourceConnector', 'SalesforcePubSubSource'],
  ['io.confluent.salesforce.SalesforceSObjectSinkConnector', 'SalesforceSink'],
])('%s is told of %s', (given, meant) => {
  expect(() => catalog.require(given)).toThrow(
    expect.objectContaining({ suggestion: `Did you mean ${meant}?` }),
  );
});
