package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A network namespace of our own, with a loopback and firewall rules that harm nobody else. */
final class RealSiteNetwork implements AutoCloseable {
  private final String name = "why502-" + ProcessHandle.current().pid();

  static RealSiteNetwork open() throws IOException {
    RealSite.requireProgram("nft", "--version");
    // A dry run: whoever is not root, or sits in a container, may make no namespace.
    RealSite.requireProgram("unshare", "--net", "true");
    RealSiteNetwork network = new RealSiteNetwork();
    run("ip", "netns", "add", network.name);
    run("ip", "-n", network.name, "link", "set", "lo", "up");
    return network;
  }

  /** What stands before a command that is to run inside. */
  String[] before() {
    return new String[] {"ip", "netns", "exec", name};
  }

  RealSite.Said inside(String... command) throws IOException {
    List<String> all = new ArrayList<>(List.of(before()));
    all.addAll(List.of(command));
    return RealSite.Said.of(all.toArray(String[]::new));
  }

  /** Rules of nft(8) for what comes in. */
  void firewall(String... rules) throws IOException {
    StringBuilder all = new StringBuilder("add table inet t; add chain inet t in ");
    all.append("{ type filter hook input priority 0; };");
    for (String rule : rules) {
      all.append(" add rule inet t in ").append(rule).append(";");
    }
    RealSite.Said said = inside("nft", all.toString());
    assertEquals(0, said.status(), said.text());
  }

  boolean accepts(int port) {
    try {
      return inside("bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/" + port).status() == 0;
    } catch (IOException failure) {
      return false;
    }
  }

  private static void run(String... command) throws IOException {
    RealSite.Said said = RealSite.Said.of(command);
    assertEquals(0, said.status(), said.text());
  }

  @Override
  public void close() throws IOException {
    run("ip", "netns", "del", name);
  }
}
