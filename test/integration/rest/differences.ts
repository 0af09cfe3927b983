/** Recorded exchanges that this worker answers otherwise, and why; docs/connect-parity.md says more. */
const BAD_REQUEST = 'a request that is wrong is answered 400, in one sentence, not 500';
const PLUGINS = 'the plugins are ours: no MirrorMaker, an Avro converter';
const RESTARTED = 'a planned restart shows the versions, which Connect forgets';
const SLASH = 'a name with a slash is refused: no path could hold it';
const INTERNAL = 'workers exchange no internal requests';

/** Connectors that were recorded and are refused here: left out of the recorded lists. */
export const REFUSED_CONNECTORS: readonly string[] = ['xnull', 'sp ace/é'];

export const DIFFERENCES: Readonly<Record<string, string>> = {
  '006-plugins': PLUGINS,
  '007-plugins-all': PLUGINS,
  '014-validate-ok': PLUGINS,
  '015-validate-errors': PLUGINS,
  '017-validate-noclass': 'without connector.class the class in the path is validated',
  '018-validate-unknown-plugin': BAD_REQUEST,
  '019-validate-badjson': BAD_REQUEST,
  '020-create-missing-class': 'values, which may be secrets, are not repeated',
  '021-create-unknown-class': PLUGINS,
  '023-create-bad-json': BAD_REQUEST,
  '024-create-empty-body': BAD_REQUEST,
  '025-create-no-config': BAD_REQUEST,
  '028-create-unknown-field': BAD_REQUEST,
  '030-create-array-value': BAD_REQUEST,
  '031-create-null-value':
    'a null value is refused at once; Connect creates a connector that fails',
  '033-create-bad-initial-state': BAD_REQUEST,
  '038-create-odd-name': SLASH,
  '068-get-odd-name': SLASH,
  '081-status-after-pause': 'tasks are paused when the request is answered',
  '088-restart-onlyfailed': RESTARTED,
  '089-restart-onlyfailed-notasks': RESTARTED,
  '096-put-config-update': 'a new connector has planned its tasks by then',
  '100-put-config-null': BAD_REQUEST,
  '122-patch-offsets-invalid-shape': BAD_REQUEST,
  '123-patch-offsets-invalid-offset': BAD_REQUEST,
  '124-patch-offsets-negative': BAD_REQUEST,
  '127-patch-offsets-null-partition': BAD_REQUEST,
  '129-patch-offsets-unknown-field': BAD_REQUEST,
  '130-patch-offsets-badjson': BAD_REQUEST,
  '135-patch-offsets-sink': 'the answer says what the broker said',
  '140-loggers': 'the loggers are ours',
  '154-options-connectors': 'the methods come in another order',
  '156-internal-tasks-post': INTERNAL,
  '157-internal-fence': INTERNAL,
  '167-delete-sp20ace239': SLASH,
};
