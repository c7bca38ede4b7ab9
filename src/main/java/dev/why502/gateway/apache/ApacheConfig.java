package dev.why502.gateway.apache;

import dev.why502.gateway.FileTexts;
import dev.why502.gateway.ParsedConfig;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One configuration as it was read: where it listens and its servers. Immutable. */
final class ApacheConfig implements ParsedConfig {
  private final ApacheStart start;
  private final FileTexts files;
  private final ApacheParser.Parsed parsed;
  private final ApacheServer main;
  private final List<ApacheServer> hosts = new ArrayList<>();
  private final List<ApacheListen> listens = new ArrayList<>();
  private final List<String> faults;

  private ApacheConfig(ApacheStart start, FileTexts files, ApacheParser.Parsed parsed) {
    this.start = start;
    this.files = files;
    this.parsed = parsed;
    this.main = new ApacheServer(null, null, parsed.directives());
    for (ApacheDirective each : parsed.directives()) {
      if (each.is("virtualhost")) {
        hosts.add(new ApacheServer(main, each, each.children()));
      } else if (each.is("listen")) {
        ApacheListen listen = ApacheListen.of(each);
        if (listen != null) {
          listens.add(listen);
        }
      }
    }
    List<String> all = new ArrayList<>(parsed.faults());
    all.addAll(ApacheFaults.of(parsed));
    this.faults = List.copyOf(all.subList(0, Math.min(all.size(), ApacheParser.MAX_FAULTS)));
  }

  /** Blocks: reads files. */
  static ApacheConfig read(String path) {
    ApacheStart start = ApacheStart.of(path);
    FileTexts files = new FileTexts();
    return new ApacheConfig(start, files, ApacheParser.parse(files, start));
  }

  @Override
  public String path() {
    return start.config();
  }

  @Override
  public @Nullable String denied() {
    return parsed.denied();
  }

  @Override
  public List<String> faults() {
    return faults;
  }

  @Override
  public List<String> unread() {
    return parsed.unread();
  }

  @Override
  public FileTexts files() {
    return files;
  }

  ApacheModules modules() {
    return parsed.modules();
  }

  ApacheServer main() {
    return main;
  }

  /** The virtual hosts in their order. */
  List<ApacheServer> hosts() {
    return hosts;
  }

  List<ApacheListen> listens() {
    return listens;
  }

  /** A path as httpd takes it: relative to ServerRoot. */
  String absolute(String path) {
    String root = parsed.serverRoot();
    return path.startsWith("/") ? path : (root.endsWith("/") ? root : root + "/") + path;
  }
}
