import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.Plugin;

/** One node of OpenSearch on 127.0.0.1, without a security plugin. Arguments: its HTTP port, its folder, its transport port. */
public class OpenSearchEngine extends Node {
  private static final String[] PLUGINS = {
    "org.opensearch.transport.Netty4ModulePlugin",
    "org.opensearch.index.reindex.ReindexModulePlugin",
    "org.opensearch.painless.PainlessModulePlugin",
    "org.opensearch.index.mapper.MapperExtrasModulePlugin",
    "org.opensearch.analysis.common.CommonAnalysisModulePlugin",
  };

  private OpenSearchEngine(Environment environment, Collection<Class<? extends Plugin>> plugins) {
    super(environment, plugins, true);
  }

  public static void main(String[] arguments) throws Exception {
    EndsWithInput.watch();
    Path home = Path.of(arguments[1]).toAbsolutePath();
    Files.createDirectories(home.resolve("config"));
    Files.createDirectories(home.resolve("data"));
    Settings settings =
        Settings.builder()
            .put("path.home", home.toString())
            .put("path.data", home.resolve("data").toString())
            .put("node.name", "fwoa")
            .put("cluster.name", "fwoa")
            .put("network.host", "127.0.0.1")
            .put("http.port", arguments[0])
            .put("transport.port", arguments[2])
            .put("discovery.type", "single-node")
            .put("http.type", "netty4")
            .put("transport.type", "netty4")
            .put("cluster.max_shards_per_node", 10000)
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .build();
    var environment = InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), home.resolve("config"), () -> "fwoa");
    OpenSearchEngine node = new OpenSearchEngine(environment, plugins());
    node.start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node)));
    Thread.currentThread().join();
  }

  private static List<Class<? extends Plugin>> plugins() throws ClassNotFoundException {
    List<Class<? extends Plugin>> found = new ArrayList<>();
    for (String name : PLUGINS) found.add(plugin(name));
    return found;
  }

  /** Releases differ in whether a module's plugin is called so. */
  private static Class<? extends Plugin> plugin(String name) throws ClassNotFoundException {
    try {
      return Class.forName(name).asSubclass(Plugin.class);
    } catch (ClassNotFoundException other) {
      return Class.forName(name.replace("ModulePlugin", "Plugin")).asSubclass(Plugin.class);
    }
  }

  private static void close(Node node) {
    try {
      node.close();
    } catch (java.io.IOException ignored) {
      // The process ends all the same.
    }
  }
}
