import type { BehaviourChapter } from './behaviour.ts';

const STREAMING = 'docs: Streaming API Developer Guide';
const BAYEUX = 'test/integration/sandbox/streaming/bayeux.test.ts';
const CHANNELS = 'test/integration/sandbox/streaming/channels.test.ts';

export const streaming: BehaviourChapter = {
  title: 'Streaming API (CometD)',
  behaviours: [
    {
      name: 'Handshake, connect, subscribe, unsubscribe, disconnect by long polling; advice, cookies',
      status: 'simulated',
      evidence: `${STREAMING}; captured traffic; cometd, faye, jsforce, EMP Connector's client`,
      test: BAYEUX,
    },
    {
      name: 'Replay extension: -1, -2, a position, a position out of retention',
      status: 'simulated',
      evidence: STREAMING,
      test: 'test/integration/sandbox/streaming/cometd.test.ts',
    },
    {
      name: 'Change events, platform events, `/event/X__chn`, custom data channels',
      status: 'simulated',
      evidence: `${STREAMING}; captured events`,
      test: 'test/integration/sandbox/streaming/fold.test.ts',
    },
    {
      name: 'PushTopics, with their notify settings and filters in the channel name',
      status: 'partly',
      missing: 'a PushTopic may be about any object that can have change events',
      evidence: STREAMING,
      test: CHANNELS,
    },
    {
      name: 'Generic streaming channels',
      status: 'partly',
      missing: 'dynamic channels: 403 unknown channel',
      evidence: STREAMING,
      test: CHANNELS,
    },
    {
      name: 'Error strings of the documented table, session expiry, limits on clients',
      status: 'simulated',
      evidence: STREAMING,
      test: BAYEUX,
    },
    {
      name: 'WebSocket, callback polling, the acknowledge extension',
      status: 'refused',
      missing: 'unsupported connection type, as Salesforce answers',
      evidence: STREAMING,
      test: BAYEUX,
    },
  ],
};
