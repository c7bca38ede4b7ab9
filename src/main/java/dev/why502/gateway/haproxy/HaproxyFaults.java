package dev.why502.gateway.haproxy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What {@code haproxy -c} would refuse beyond the grammar of lines, as far as that is sure for the
 * versions from 2.0 on.
 */
final class HaproxyFaults {
  private final HaproxyConfig config;
  private final List<String> faults = new ArrayList<>();

  private HaproxyFaults(HaproxyConfig config) {
    this.config = config;
  }

  static List<String> of(HaproxyConfig config) {
    HaproxyFaults check = new HaproxyFaults(config);
    check.run();
    return check.faults;
  }

  private void run() {
    Set<String> fronts = new HashSet<>();
    Set<String> backs = new HashSet<>();
    for (HaproxyProxy proxy : config.proxies()) {
      if (proxy.name().isEmpty()) {
        faults.add(
            proxy.header().fault("'" + proxy.section().kind() + "' expects an <id> argument"));
      }
      boolean front = proxy.frontend() && !fronts.add(proxy.name());
      boolean back = proxy.backend() && !backs.add(proxy.name());
      if (front || back) {
        faults.add(
            proxy.header().fault("proxy '" + proxy.name() + "' has the same name as another one"));
      }
      proxy(proxy);
    }
  }

  private void proxy(HaproxyProxy proxy) {
    for (HaproxyLine line : proxy.section().lines()) {
      switch (line.name()) {
        case "default_backend", "use_backend" -> backend(line, proxy);
        case "bind" -> bind(line, proxy);
        case "server" -> server(line, proxy);
        case "acl" -> acl(line);
        default -> {}
      }
      condition(line, proxy);
    }
    Set<String> servers = new HashSet<>();
    for (HaproxyLine line : proxy.own("server")) {
      if (proxy.backend() && !servers.add(line.arg(1))) {
        faults.add(
            line.fault(
                "backend '"
                    + proxy.name()
                    + "', another server named '"
                    + line.arg(1)
                    + "' was already defined"));
      }
    }
  }

  private void backend(HaproxyLine line, HaproxyProxy proxy) {
    String name = line.arg(1);
    if (!proxy.frontend()
        || name.isEmpty()
        || name.indexOf('%') >= 0
        || !HaproxyText.known(name)
        || !config.unread().isEmpty()
        || proxy.disabled()) {
      return;
    }
    HaproxyProxy backend = config.backend(name);
    if (backend == null) {
      faults.add(line.fault("unable to find required " + line.name() + ": '" + name + "'"));
    } else if (proxy.http() && !backend.http()) {
      faults.add(
          line.fault(
              "http frontend '"
                  + proxy.name()
                  + "' tries to use incompatible tcp backend '"
                  + name
                  + "'"));
    }
  }

  private void bind(HaproxyLine line, HaproxyProxy proxy) {
    if (!proxy.frontend()) {
      // Only warned of, and left out.
      return;
    }
    for (String written : line.arg(1).split(",", 64)) {
      HaproxyAddress address = HaproxyAddress.parse(written);
      boolean noPort = address.fault() == null && address.socket() == null && address.port() == 0;
      if (HaproxyText.known(written)
          && written.indexOf('@') < 0
          && (noPort || "has no port".equals(address.fault()))) {
        faults.add(line.fault("'bind' : missing port number in '" + written + "'"));
      }
    }
  }

  private void server(HaproxyLine line, HaproxyProxy proxy) {
    if (line.words().size() < 3) {
      faults.add(line.fault("'server' expects <name> and <addr>[:<port>] as arguments"));
      return;
    }
    if (!proxy.backend()) {
      faults.add(line.fault("'server' not allowed in 'frontend' section"));
    }
  }

  private void acl(HaproxyLine line) {
    if (line.words().size() < 3) {
      faults.add(line.fault("missing ACL name or criterion"));
    }
  }

  /** Names in a condition must be declared; each brace must be closed. */
  private void condition(HaproxyLine line, HaproxyProxy proxy) {
    boolean conditional =
        switch (line.name()) {
          case "use_backend",
              "http-request",
              "http-response",
              "redirect",
              "use-server",
              "tcp-request" ->
              true;
          default -> false;
        };
    int at = line.condition();
    if (!conditional || at >= line.words().size()) {
      return;
    }
    List<String> words = line.from(at + 1);
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      while (word.startsWith("!")) {
        word = word.substring(1);
      }
      if (word.equals("{")) {
        int end = words.subList(i, words.size()).indexOf("}");
        if (end < 0) {
          faults.add(line.fault("missing closing '}' in condition"));
          return;
        }
        i += end;
        continue;
      }
      String name = word;
      boolean known =
          name.isEmpty()
              || name.equals("or")
              || name.equals("||")
              || HaproxyConditions.predefined(name)
              || !HaproxyText.known(name)
              || proxy.lines().stream().anyMatch(acl -> acl.is("acl", name));
      if (!known && config.unread().isEmpty()) {
        faults.add(line.fault("no such ACL : '" + name + "'"));
      }
    }
  }
}
