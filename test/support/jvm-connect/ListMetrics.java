import com.sun.tools.attach.VirtualMachine;
import java.util.TreeSet;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** Lists what a running JVM shows of Kafka by JMX: `domain:type{tags} attribute` a line. Argument: its process id. */
public class ListMetrics {
  public static void main(String[] args) throws Exception {
    VirtualMachine machine = VirtualMachine.attach(args[0]);
    String address = machine.startLocalManagementAgent();
    var lines = new TreeSet<String>();
    try (var connector = JMXConnectorFactory.connect(new JMXServiceURL(address))) {
      MBeanServerConnection server = connector.getMBeanServerConnection();
      for (ObjectName name : server.queryNames(new ObjectName("kafka.*:*"), null)) {
        var tags = new TreeSet<>(name.getKeyPropertyList().keySet());
        tags.remove("type");
        String group = name.getDomain() + ":" + name.getKeyProperty("type") + tags;
        for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
          lines.add(group + " " + attribute.getName());
        }
      }
    }
    machine.detach();
    lines.forEach(System.out::println);
  }
}
