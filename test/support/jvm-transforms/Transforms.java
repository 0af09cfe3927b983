import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.*;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.HeaderConverter;
import org.apache.kafka.connect.transforms.Transformation;
import org.apache.kafka.connect.transforms.predicates.Predicate;

/**
 * Connect's own transforms, predicates and converters, a line of JSON in and a line out.
 *
 * <pre>java -Duser.timezone=UTC -Duser.language=en -cp JARS Transforms.java &lt; cases</pre>
 *
 * A case is {kind, class, config, …}; kind is transform, predicate, encode, decode, encodeHeader, decodeHeader or
 * definitions. How schemas and values stand in JSON is said in cases.ts, beside this file.
 */
public class Transforms {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    // Libraries log there.
    System.setOut(System.err);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.println(JSON.writeValueAsString(answer(JSON.readTree(line))));
    }
    out.flush();
  }

  private static ObjectNode answer(JsonNode given) {
    ObjectNode answer = JSON.createObjectNode();
    try {
      run(given, answer);
    } catch (Throwable error) {
      answer.removeAll();
      answer.put("error", String.valueOf(error.getMessage()));
      answer.put("errorClass", error.getClass().getSimpleName());
    }
    return answer;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static void run(JsonNode given, ObjectNode answer) throws Exception {
    Object plugin = Class.forName(given.get("class").asText()).getDeclaredConstructor().newInstance();
    Map<String, String> config = new HashMap<>();
    if (given.has("config")) given.get("config").properties().forEach(e -> config.put(e.getKey(), e.getValue().asText()));
    switch (given.get("kind").asText()) {
      case "definitions" -> {
        ConfigDef def = plugin instanceof Transformation<?> t ? t.config() : plugin instanceof Predicate<?> p ? p.config()
            : plugin instanceof Converter c ? c.config() : ((HeaderConverter) plugin).config();
        ArrayNode keys = answer.putArray("keys");
        def.configKeys().values().forEach(key -> keys.add(shown(key)));
      }
      case "transform" -> {
        Transformation transform = (Transformation) plugin;
        transform.configure(config);
        ConnectRecord<?> result = transform.apply(record(given.get("record")));
        if (result == null) answer.put("dropped", true);
        else answer.set("record", shown(result));
      }
      case "predicate" -> {
        Predicate predicate = (Predicate) plugin;
        predicate.configure(config);
        answer.put("test", predicate.test(record(given.get("record"))));
      }
      case "encode" -> {
        ((Converter) plugin).configure(config, given.path("isKey").asBoolean());
        Schema schema = schema(given.get("schema"));
        answer.set("bytes", base64(((Converter) plugin).fromConnectData("t", schema, value(schema, given.get("value")))));
      }
      case "decode" -> {
        ((Converter) plugin).configure(config, given.path("isKey").asBoolean());
        put(answer, ((Converter) plugin).toConnectData("t", bytes(given.get("bytes"))));
      }
      case "encodeHeader" -> {
        ((HeaderConverter) plugin).configure(config);
        Schema schema = schema(given.get("schema"));
        answer.set("bytes", base64(((HeaderConverter) plugin).fromConnectHeader("t", "h", schema, value(schema, given.get("value")))));
      }
      case "decodeHeader" -> {
        ((HeaderConverter) plugin).configure(config);
        put(answer, ((HeaderConverter) plugin).toConnectHeader("t", "h", bytes(given.get("bytes"))));
      }
      default -> throw new IllegalArgumentException(given.get("kind").asText());
    }
  }

  private static void put(ObjectNode answer, SchemaAndValue found) {
    Schema schema = found == null ? null : found.schema();
    answer.set("schema", shown(schema));
    answer.set("value", shown(schema, found == null ? null : found.value()));
  }

  private static ObjectNode shown(ConfigDef.ConfigKey key) {
    Object fallback = key.defaultValue;
    boolean required = ConfigDef.NO_DEFAULT_VALUE.equals(fallback);
    return JSON.createObjectNode()
        .put("name", key.name).put("type", key.type.name()).put("required", required)
        .put("default_value", required ? null : ConfigDef.convertToString(fallback, key.type))
        .put("importance", key.importance.name()).put("documentation", key.documentation)
        .put("group", key.group).put("order_in_group", key.orderInGroup).put("width", key.width.name())
        .put("display_name", key.displayName);
  }

  private static ConnectRecord<?> record(JsonNode given) {
    Schema keySchema = schema(given.get("keySchema"));
    Schema valueSchema = schema(given.get("valueSchema"));
    Object key = value(keySchema, given.get("key"));
    Object value = value(valueSchema, given.get("value"));
    String topic = given.get("topic").asText();
    Integer partition = given.hasNonNull("partition") ? given.get("partition").asInt() : null;
    Long timestamp = given.hasNonNull("timestamp") ? given.get("timestamp").asLong() : null;
    ConnectHeaders headers = new ConnectHeaders();
    for (JsonNode header : given.get("headers")) {
      Schema schema = schema(header.get("schema"));
      headers.add(header.get("key").asText(), value(schema, header.get("value")), schema);
    }
    if (given.hasNonNull("offset")) {
      long offset = given.get("offset").asLong();
      return new SinkRecord(topic, partition, keySchema, key, valueSchema, value, offset, timestamp, TimestampType.CREATE_TIME, headers);
    }
    return new SourceRecord(Map.of(), Map.of(), topic, partition, keySchema, key, valueSchema, value, timestamp, headers);
  }

  private static ObjectNode shown(ConnectRecord<?> record) {
    ObjectNode shown = JSON.createObjectNode().put("topic", record.topic());
    shown.set("keySchema", shown(record.keySchema()));
    shown.set("key", shown(record.keySchema(), record.key()));
    shown.set("valueSchema", shown(record.valueSchema()));
    shown.set("value", shown(record.valueSchema(), record.value()));
    ArrayNode headers = shown.putArray("headers");
    record.headers().forEach(header -> {
      ObjectNode one = headers.addObject().put("key", header.key());
      one.set("schema", shown(header.schema()));
      one.set("value", shown(header.schema(), header.value()));
    });
    return shown;
  }

  private static Schema schema(JsonNode given) {
    if (given == null || given.isNull()) return null;
    Schema.Type type = Schema.Type.valueOf(given.get("type").asText().toUpperCase());
    SchemaBuilder builder = switch (type) {
      case ARRAY -> SchemaBuilder.array(schema(given.get("items")));
      case MAP -> SchemaBuilder.map(schema(given.get("keys")), schema(given.get("items")));
      default -> SchemaBuilder.type(type);
    };
    if (given.hasNonNull("name")) builder.name(given.get("name").asText());
    if (given.hasNonNull("version")) builder.version(given.get("version").asInt());
    if (given.hasNonNull("doc")) builder.doc(given.get("doc").asText());
    if (given.hasNonNull("parameters")) given.get("parameters").properties().forEach(e -> builder.parameter(e.getKey(), e.getValue().asText()));
    if (given.has("fields")) given.get("fields").forEach(f -> builder.field(f.get("name").asText(), schema(f.get("schema"))));
    if (given.path("optional").asBoolean()) builder.optional();
    if (given.hasNonNull("default")) {
      Object fallback = value(builder, given.get("default"));
      builder.defaultValue(fallback);
    }
    return builder.build();
  }

  private static JsonNode shown(Schema schema) {
    if (schema == null) return JSON.nullNode();
    ObjectNode shown = JSON.createObjectNode().put("type", schema.type().getName()).put("optional", schema.isOptional());
    if (schema.name() != null) shown.put("name", schema.name());
    if (schema.version() != null) shown.put("version", schema.version());
    if (schema.doc() != null) shown.put("doc", schema.doc());
    if (schema.parameters() != null) shown.set("parameters", JSON.valueToTree(schema.parameters()));
    if (schema.defaultValue() != null) shown.set("default", shown(schema, schema.defaultValue()));
    if (schema.type() == Schema.Type.MAP && schema.keySchema() != null) shown.set("keys", shown(schema.keySchema()));
    if ((schema.type() == Schema.Type.MAP || schema.type() == Schema.Type.ARRAY) && schema.valueSchema() != null) {
      shown.set("items", shown(schema.valueSchema()));
    }
    if (schema.type() == Schema.Type.STRUCT) {
      ArrayNode fields = shown.putArray("fields");
      schema.fields().forEach(f -> fields.addObject().put("name", f.name()).set("schema", shown(f.schema())));
    }
    return shown;
  }

  private static Object value(Schema schema, JsonNode given) {
    if (given == null || given.isNull()) return null;
    if (schema == null) return untyped(given);
    String name = String.valueOf(schema.name());
    if (name.equals(org.apache.kafka.connect.data.Date.LOGICAL_NAME)) return org.apache.kafka.connect.data.Date.toLogical(schema, given.asInt());
    if (name.equals(Time.LOGICAL_NAME)) return Time.toLogical(schema, given.asInt());
    if (name.equals(Timestamp.LOGICAL_NAME)) return Timestamp.toLogical(schema, given.asLong());
    if (name.equals(Decimal.LOGICAL_NAME)) return Decimal.toLogical(schema, bytes(given));
    return switch (schema.type()) {
      case INT8 -> (byte) given.asInt();
      case INT16 -> (short) given.asInt();
      case INT32 -> given.asInt();
      case INT64 -> Long.parseLong(given.asText());
      case FLOAT32 -> (float) given.asDouble();
      case FLOAT64 -> given.asDouble();
      case BOOLEAN -> given.asBoolean();
      case STRING -> given.asText();
      case BYTES -> bytes(given);
      case ARRAY -> {
        List<Object> items = new ArrayList<>();
        given.forEach(item -> items.add(value(schema.valueSchema(), item)));
        yield items;
      }
      case MAP -> {
        Map<Object, Object> map = new HashMap<>();
        given.forEach(pair -> map.put(value(schema.keySchema(), pair.get(0)), value(schema.valueSchema(), pair.get(1))));
        yield map;
      }
      case STRUCT -> {
        Struct struct = new Struct(schema.schema());
        schema.fields().forEach(f -> {
          JsonNode item = given.get(f.name());
          if (item != null && !item.isNull()) struct.put(f, value(f.schema(), item));
        });
        yield struct;
      }
    };
  }

  private static Object untyped(JsonNode given) {
    Map.Entry<String, JsonNode> tagged = given.properties().iterator().next();
    JsonNode value = tagged.getValue();
    return switch (tagged.getKey()) {
      case "l" -> Long.parseLong(value.asText());
      case "d" -> value.asDouble();
      case "s" -> value.asText();
      case "b" -> value.asBoolean();
      case "y" -> bytes(value);
      case "t" -> new java.util.Date(value.asLong());
      case "a" -> {
        List<Object> items = new ArrayList<>();
        value.forEach(item -> items.add(value(null, item)));
        yield items;
      }
      default -> {
        Map<Object, Object> map = new HashMap<>();
        value.forEach(pair -> map.put(pair.get(0).asText(), value(null, pair.get(1))));
        yield map;
      }
    };
  }

  private static JsonNode shown(Schema schema, Object value) {
    if (value == null) return JSON.nullNode();
    if (value instanceof java.util.Date date && schema != null) {
      if (org.apache.kafka.connect.data.Date.LOGICAL_NAME.equals(schema.name())) return JSON.valueToTree(date.getTime() / 86_400_000);
      if (Time.LOGICAL_NAME.equals(schema.name())) return JSON.valueToTree(date.getTime());
      return JSON.valueToTree(String.valueOf(date.getTime()));
    }
    if (value instanceof BigDecimal decimal) {
      BigInteger unscaled = decimal.setScale(Integer.parseInt(schema.parameters().get("scale"))).unscaledValue();
      return base64(unscaled.toByteArray());
    }
    if (schema == null) return tagged(value);
    if (value instanceof Long) return JSON.valueToTree(String.valueOf(value));
    if (value instanceof Float number) return number(number.doubleValue());
    if (value instanceof Double number) return number(number);
    if (value instanceof byte[] || value instanceof ByteBuffer) return base64(value);
    if (value instanceof List<?> items) {
      ArrayNode list = JSON.createArrayNode();
      items.forEach(item -> list.add(shown(schema.valueSchema(), item)));
      return list;
    }
    if (value instanceof Map<?, ?> map) {
      ArrayNode list = JSON.createArrayNode();
      map.forEach((k, v) -> list.addArray().add(shown(schema.keySchema(), k)).add(shown(schema.valueSchema(), v)));
      return list;
    }
    if (value instanceof Struct struct) {
      ObjectNode object = JSON.createObjectNode();
      struct.schema().fields().forEach(f -> object.set(f.name(), shown(f.schema(), struct.getWithoutDefault(f.name()))));
      return object;
    }
    return JSON.valueToTree(value);
  }

  private static JsonNode tagged(Object value) {
    ObjectNode tagged = JSON.createObjectNode();
    if (value instanceof Double || value instanceof Float) return tagged.set("d", number(((Number) value).doubleValue()));
    if (value instanceof Number) return tagged.put("l", value.toString());
    if (value instanceof Boolean bool) return tagged.put("b", bool);
    if (value instanceof java.util.Date date) return tagged.put("t", date.getTime());
    if (value instanceof byte[] || value instanceof ByteBuffer) return tagged.set("y", base64(value));
    if (value instanceof List<?> items) {
      ArrayNode list = tagged.putArray("a");
      items.forEach(item -> list.add(shown(null, item)));
      return tagged;
    }
    if (value instanceof Map<?, ?> map) {
      ArrayNode list = tagged.putArray("m");
      map.forEach((k, v) -> list.addArray().add(String.valueOf(k)).add(shown(null, v)));
      return tagged;
    }
    return tagged.put("s", value.toString());
  }

  private static JsonNode number(double value) {
    return Double.isFinite(value) ? JSON.valueToTree(value) : JSON.valueToTree(String.valueOf(value));
  }

  private static byte[] bytes(JsonNode given) {
    return given == null || given.isNull() ? null : Base64.getDecoder().decode(given.asText());
  }

  private static JsonNode base64(Object value) {
    if (value == null) return JSON.nullNode();
    byte[] bytes = value instanceof ByteBuffer buffer ? buffer.array() : (byte[]) value;
    return JSON.valueToTree(Base64.getEncoder().encodeToString(bytes));
  }
}
