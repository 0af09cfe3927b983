"""Somebody else's consumer: confluent-kafka with its Avro deserializer.

    python3 consumer.py BROKERS REGISTRY TOPIC…

Prints what Consumer.java prints, in the same form: instants as epoch ms in a string, dates as days since 1970, numbers
that readers of JSON round as strings.
"""

import datetime
import json
import sys

from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext

PATIENCE_S = 10
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def plain(value):
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, datetime.datetime):
        return str((value - EPOCH) // datetime.timedelta(milliseconds=1))
    if isinstance(value, datetime.date):
        return (value - EPOCH.date()).days
    if isinstance(value, int) and abs(value) >= 2**53:
        return str(value)
    return value


def main(brokers, url, *topics):
    registry = SchemaRegistryClient({"url": url})
    decode = AvroDeserializer(registry)
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "unused", "enable.auto.commit": False})
    known = consumer.list_topics(timeout=PATIENCE_S).topics
    partitions = [TopicPartition(topic, p, 0) for topic in topics for p in known[topic].partitions]
    left = 0
    for each in partitions:
        low, high = consumer.get_watermark_offsets(each, timeout=PATIENCE_S)
        left += high - low
    schemas = {
        (topic, side): registry.get_latest_version(f"{topic}-{side}").schema.schema_str
        for topic in topics
        for side in ("key", "value")
    }
    consumer.assign(partitions)
    while left > 0:
        message = consumer.poll(PATIENCE_S)
        if message is None or message.error():
            sys.exit(f"{left} records didn't come: {message and message.error()}")
        topic = message.topic()
        shown = {
            "topic": topic,
            "partition": message.partition(),
            "offset": message.offset(),
            "headers": {name: value.decode() for name, value in message.headers() or []},
            "keySchema": schemas[topic, "key"],
            "key": plain(decode(message.key(), SerializationContext(topic, MessageField.KEY))),
            "valueSchema": schemas[topic, "value"],
            "value": plain(decode(message.value(), SerializationContext(topic, MessageField.VALUE))),
        }
        print(json.dumps(shown))
        left -= 1
    consumer.close()


main(*sys.argv[1:])
