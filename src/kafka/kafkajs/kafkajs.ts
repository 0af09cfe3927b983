/** The one door to kafkajs: what `record-encoder.ts` replaces must be replaced before kafkajs is loaded. */
import './record-encoder.ts';
import kafkajs from 'kafkajs';

export type * from 'kafkajs';
export default kafkajs;
