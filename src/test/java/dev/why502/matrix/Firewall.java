package dev.why502.matrix;

import java.io.IOException;

/** Rules of nft(8) in the sandbox's own network. */
final class Firewall {
  private Firewall() {}

  static void open() throws IOException, InterruptedException {
    Said.good(
        "nft",
        "add table inet matrix; add chain inet matrix in { type filter hook input priority 0; };"
            + " add chain inet matrix out { type filter hook output priority 0; };");
  }

  /** Adds a rule for what comes in. */
  static void input(String rule) throws IOException, InterruptedException {
    Said.good("nft", "add rule inet matrix in " + rule);
  }

  /** Adds a rule for what goes out. */
  static void output(String rule) throws IOException, InterruptedException {
    Said.good("nft", "add rule inet matrix out " + rule);
  }
}
