/** Names that begin so belong to clients, converters, providers and the internal topics' settings: any may follow. */
export const WORKER_PREFIX_MEANINGS: Readonly<Record<string, string>> = {
  'producer.': "A property of sources' producers, beneath the connectors' producer.override.*.",
  'consumer.': "A property of sinks' consumers, beneath the connectors' consumer.override.*.",
  'admin.': 'Accepted for compatibility: topics are created with the connection of the worker.',
  'key.converter.': 'A property of key.converter.',
  'value.converter.': 'A property of value.converter.',
  'header.converter.': 'A property of header.converter.',
  'config.providers.':
    'config.providers.ALIAS.class names the provider (EnvVarConfigProvider, FileConfigProvider, DirectoryConfigProvider, VaultConfigProvider, or one of a plugin), config.providers.ALIAS.param.* are its own properties; of each, param.ttl.ms says when its values are looked up again.',
  'config.storage.':
    'A setting of that topic when it is created: config.storage.max.message.bytes is its max.message.bytes.',
  'offset.storage.': 'Likewise, of offset.storage.topic.',
  'status.storage.': 'Likewise, of status.storage.topic.',
};

export const WORKER_PREFIXES: readonly string[] = Object.keys(WORKER_PREFIX_MEANINGS);
