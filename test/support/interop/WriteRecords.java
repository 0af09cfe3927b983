import io.apicurio.registry.serde.avro.AvroKafkaSerializer;
import io.apicurio.registry.serde.jsonschema.JsonSchemaKafkaSerializer;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes records as a JVM service does. Arguments: brokers, the registry's own URL, avro|json, topic. */
public class WriteRecords {
  private static final String AVRO =
      """
      {"type":"record","name":"Order","namespace":"shop","fields":[
        {"name":"Id","type":"string"},
        {"name":"quantity","type":"int"},
        {"name":"serial","type":"long"},
        {"name":"weight","type":"double"},
        {"name":"ratio","type":["null","float"],"default":null},
        {"name":"paid","type":"boolean"},
        {"name":"state","type":{"type":"enum","name":"State","symbols":["OPEN","CLOSED"]}},
        {"name":"day","type":{"type":"int","logicalType":"date"}},
        {"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}},
        {"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":12,"scale":2}},
        {"name":"note","type":["null","string"],"default":null},
        {"name":"tags","type":{"type":"array","items":"string"}},
        {"name":"buyer","type":["null",{"type":"record","name":"Buyer","fields":[{"name":"name","type":"string"}]}],"default":null}
      ]}
      """;
  public static void main(String[] args) throws Exception {
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", args[0]);
    config.put("apicurio.registry.url", args[1]);
    config.put("apicurio.registry.auto-register", true);
    config.put("apicurio.registry.as-confluent", true);
    config.put("apicurio.registry.use-id", "contentId");
    config.put("apicurio.registry.headers.enabled", false);
    config.put("apicurio.registry.artifact.group-id", "default");
    boolean isAvro = args[2].equals("avro");
    Serializer<Object> values = isAvro ? avro(config) : json(config);
    Serializer<String> keys = new StringSerializer();
    try (KafkaProducer<String, Object> producer = new KafkaProducer<>(config, keys, values)) {
      producer.send(new ProducerRecord<>(args[3], "a", isAvro ? order("a", 3, "\u00e9") : plain("a", 3, "\u00e9"))).get();
      producer.send(new ProducerRecord<>(args[3], "b", isAvro ? order("b", -7, null) : plain("b", -7, null))).get();
      producer.send(new ProducerRecord<>(args[3], "a", null)).get();
    }
  }

  private static Serializer<Object> avro(Map<String, Object> config) {
    Serializer<Object> serializer = new AvroKafkaSerializer<>();
    serializer.configure(config, false);
    return serializer;
  }

  private static Serializer<Object> json(Map<String, Object> config) {
    Map<String, Object> own = new HashMap<>(config);
    own.put("apicurio.registry.artifact.schema.location", "order.schema.json");
    Serializer<Object> serializer = new JsonSchemaKafkaSerializer<>();
    serializer.configure(own, false);
    return serializer;
  }

  private static GenericRecord order(String id, int quantity, String note) {
    Schema schema = new Schema.Parser().parse(AVRO);
    GenericRecord order = new GenericData.Record(schema);
    Schema price = schema.getField("price").schema();
    ByteBuffer bytes =
        new Conversions.DecimalConversion().toBytes(new BigDecimal("1234567890.12"), price, LogicalTypes.decimal(12, 2));
    order.put("Id", id);
    order.put("quantity", quantity);
    order.put("serial", Long.MAX_VALUE);
    order.put("weight", 0.1);
    order.put("ratio", 1.5f);
    order.put("paid", true);
    order.put("state", new GenericData.EnumSymbol(schema.getField("state").schema(), "OPEN"));
    order.put("day", 20_000);
    order.put("at", 1_700_000_000_123L);
    order.put("price", bytes);
    order.put("note", note);
    order.put("tags", java.util.List.of("x", "y"));
    GenericRecord buyer = new GenericData.Record(schema.getField("buyer").schema().getTypes().get(1));
    buyer.put("name", "Zo\u00eb");
    order.put("buyer", buyer);
    return order;
  }

  private static Object plain(String id, int quantity, String note) {
    return new Order(id, quantity, 0.1, true, note, java.util.List.of("x", "y"));
  }

  public record Order(
      @JsonProperty("Id") String id, int quantity, double weight, boolean paid, String note, java.util.List<String> tags) {}
}
