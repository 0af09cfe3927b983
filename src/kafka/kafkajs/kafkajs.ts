/** The one door to kafkajs: what `overrides.ts` replaces must be replaced before kafkajs is loaded. */
import './overrides.ts';
import kafkajs from 'kafkajs';

export type * from 'kafkajs';
export default kafkajs;
