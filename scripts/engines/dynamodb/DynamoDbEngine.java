import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** DynamoDB Local, with its own arguments, on 127.0.0.1 alone: by itself it listens on every interface. */
public class DynamoDbEngine {
  public static void main(String[] arguments) throws Exception {
    EndsWithInput.watch();
    Class<?> runner = Class.forName("software.amazon.dynamodb.services.local.main.ServerRunner");
    Object server = runner.getMethod("createServerFromCommandLineArgs", String[].class).invoke(null, (Object) arguments);
    boolean bound = false;
    for (var field : server.getClass().getDeclaredFields()) {
      field.setAccessible(true);
      if (field.get(server) instanceof Server jetty) {
        for (Connector connector : jetty.getConnectors()) {
          ((ServerConnector) connector).setHost("127.0.0.1");
          bound = true;
        }
      }
    }
    if (!bound) throw new IllegalStateException("This release of DynamoDB Local can't be bound to 127.0.0.1.");
    server.getClass().getMethod("start").invoke(server);
    server.getClass().getMethod("join").invoke(server);
  }
}
