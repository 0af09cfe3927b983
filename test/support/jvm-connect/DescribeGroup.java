import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/** Tells of a group, by Kafka's own admin client: its type, protocol and state, then each member's client id. */
public class DescribeGroup {
  public static void main(String[] args) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", args[0]))) {
      var group = admin.describeClassicGroups(List.of(args[1])).all().get().get(args[1]);
      System.out.println(group.protocol() + " " + group.protocolData() + " " + group.state());
      group.members().forEach(member -> System.out.println(member.clientId()));
    }
  }
}
