package dev.why502.gateway.haproxy;

import dev.why502.gateway.FileTexts;
import dev.why502.gateway.ParsedConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A configuration as it stands on disk: its files, its sections, its faults. */
final class HaproxyConfig implements ParsedConfig {
  private final String path;
  private final FileTexts files = new FileTexts();
  private final List<HaproxySection> sections;
  private final List<HaproxyProxy> proxies = new ArrayList<>();
  private final List<HaproxyLine> global = new ArrayList<>();
  private final List<String> unread;
  private final List<String> faults = new ArrayList<>();
  private @Nullable String denied;

  private HaproxyConfig(String path) {
    this.path = path;
    HaproxyParser parser = new HaproxyParser();
    List<String> directory = files.inside(path, ".cfg");
    for (String each : directory == null ? List.of(path) : directory) {
      FileTexts.Read read = files.once(each);
      if (read.file() != null) {
        parser.file(read.file());
      } else if (directory == null) {
        denied = read.why();
      } else {
        parser.unread.add(each + " could not be read: " + read.why());
      }
    }
    this.sections = List.copyOf(parser.sections);
    this.unread = parser.unread;
    for (HaproxySection section : sections) {
      if (section.kind().equals("global")) {
        global.addAll(section.lines());
      } else if (section.proxy()) {
        proxies.add(new HaproxyProxy(section));
      }
    }
    faults.addAll(parser.faults);
    if (denied == null) {
      faults.addAll(HaproxyFaults.of(this));
    }
  }

  /** Reads a file, or every file of a directory. */
  static HaproxyConfig read(String path) {
    return new HaproxyConfig(path);
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public FileTexts files() {
    return files;
  }

  List<HaproxySection> sections() {
    return sections;
  }

  List<HaproxyProxy> proxies() {
    return proxies;
  }

  /** Lines of the global sections that begin so. */
  List<HaproxyLine> global(String... begin) {
    return global.stream().filter(line -> line.is(begin)).toList();
  }

  /** Value of the last such line of the global section, or null. */
  @Nullable String globalValue(String name) {
    List<HaproxyLine> lines = global(name);
    return lines.isEmpty() ? null : lines.get(lines.size() - 1).arg(1);
  }

  /** Why the configuration could not be read, or null. */
  @Override
  public @Nullable String denied() {
    return denied;
  }

  /** What else could not be read or decided, in words. */
  @Override
  public List<String> unread() {
    return unread;
  }

  @Override
  public List<String> faults() {
    return faults;
  }

  @Nullable HaproxyProxy backend(String name) {
    for (HaproxyProxy proxy : proxies) {
      if (proxy.backend() && proxy.name().equals(name)) {
        return proxy;
      }
    }
    return null;
  }

  /** Lines of the sections of one kind and name. */
  List<HaproxyLine> section(String kind, String name) {
    List<HaproxyLine> lines = new ArrayList<>();
    for (HaproxySection section : sections) {
      if (section.kind().equals(kind) && section.name().equals(name)) {
        lines.addAll(section.lines());
      }
    }
    return lines;
  }

  /**
   * Path of a file that the configuration names. Relative ones belong to {@code default-path} or
   * else to the directory that HAProxy was started in, which its own file's directory stands for.
   */
  String absolute(String written, @Nullable String base) {
    String plain = written;
    if (plain.startsWith("/")) {
      return plain;
    }
    if (base != null && base.startsWith("/")) {
      return base + "/" + plain;
    }
    String defaultPath = globalValue("default-path");
    Path directory = Path.of(path);
    if (!java.nio.file.Files.isDirectory(directory)) {
      Path parent = directory.getParent();
      directory = parent == null ? Path.of("/") : parent;
    }
    if ("origin".equals(defaultPath) && !global("default-path").isEmpty()) {
      directory = directory.resolve(global("default-path").get(0).arg(2));
    }
    return directory.resolve(plain).normalize().toString();
  }

  /** Backends by name, the first of each counts. */
  Map<String, HaproxyProxy> backends() {
    Map<String, HaproxyProxy> all = new LinkedHashMap<>();
    for (HaproxyProxy proxy : proxies) {
      if (proxy.backend()) {
        all.putIfAbsent(proxy.name(), proxy);
      }
    }
    return all;
  }
}
