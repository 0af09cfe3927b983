import com.fasterxml.jackson.databind.ObjectMapper;
import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Somebody else's consumer: Kafka's own client with Apicurio's Avro deserializer, in its Confluent-compatible mode.
 *
 * <pre>java -cp JARS Consumer.java BROKERS REGISTRY TOPIC…</pre>
 *
 * Prints each topic's records from its beginning to its end as lines of JSON, in the order of their offsets; 64-bit
 * numbers as strings, since most readers of JSON round them.
 */
public class Consumer {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  public static void main(String[] args) throws Exception {
    Map<String, Object> config = Map.of(
        "bootstrap.servers", args[0],
        "key.deserializer", AvroKafkaDeserializer.class,
        "value.deserializer", AvroKafkaDeserializer.class,
        "apicurio.registry.url", args[1],
        "apicurio.registry.as-confluent", true,
        "apicurio.registry.use-id", "contentId",
        "apicurio.registry.headers.enabled", false);
    ObjectMapper json = new ObjectMapper();
    // Whatever the machine's locale is.
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try (KafkaConsumer<GenericRecord, GenericRecord> consumer = new KafkaConsumer<>(config)) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (String topic : List.of(args).subList(2, args.length)) {
        consumer.partitionsFor(topic).forEach(p -> partitions.add(new TopicPartition(topic, p.partition())));
      }
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        var records = consumer.poll(PATIENCE);
        if (records.isEmpty()) throw new IllegalStateException("nothing came within " + PATIENCE);
        for (var record : records) out.println(json.writeValueAsString(shown(record)));
      }
    }
  }

  private static Map<String, Object> shown(ConsumerRecord<GenericRecord, GenericRecord> record) {
    Map<String, Object> headers = new LinkedHashMap<>();
    record.headers().forEach(h -> headers.put(h.key(), new String(h.value(), StandardCharsets.UTF_8)));
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("topic", record.topic());
    shown.put("partition", record.partition());
    shown.put("offset", record.offset());
    shown.put("timestamp", record.timestamp());
    shown.put("headers", headers);
    shown.put("keySchema", record.key().getSchema().toString());
    shown.put("key", plain(record.key()));
    shown.put("valueSchema", record.value() == null ? null : record.value().getSchema().toString());
    shown.put("value", plain(record.value()));
    return shown;
  }

  private static Object plain(Object value) {
    if (value instanceof GenericRecord record) {
      Map<String, Object> fields = new LinkedHashMap<>();
      record.getSchema().getFields().forEach(f -> fields.put(f.name(), plain(record.get(f.pos()))));
      return fields;
    }
    if (value instanceof Iterable<?> items) {
      List<Object> list = new ArrayList<>();
      items.forEach(item -> list.add(plain(item)));
      return list;
    }
    if (value instanceof CharSequence || value instanceof Long) return value.toString();
    return value;
  }
}
