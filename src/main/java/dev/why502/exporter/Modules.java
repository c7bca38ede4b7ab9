package dev.why502.exporter;

import dev.why502.definition.Definitions;
import dev.why502.definition.IpChoice;
import dev.why502.definition.ProbeModule;
import dev.why502.definition.ProbeModule.Label;
import dev.why502.definition.ProbeModule.Step;
import dev.why502.definition.TlsTerms;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The modules by their names: those that blackbox_exporter's users have from its own files, and in
 * place of or besides them those of the definitions.
 */
final class Modules {
  static final String HTTP_DEFAULT = "http_2xx";
  static final String TCP_DEFAULT = "tcp_connect";

  private static final IpChoice FOUR = new IpChoice(false, true);

  /** Probers of blackbox_exporter that are not here, by how their modules' names begin. */
  private static final Map<String, String> MISSING =
      Map.of(
          "icmp", "icmp",
          "ping", "icmp",
          "dns", "dns",
          "grpc", "grpc",
          "websocket", "websocket",
          "unix", "unix",
          "http_3xx", "HTTP/3",
          "http3", "HTTP/3");

  private static final List<ProbeModule> USUAL =
      List.of(
          ProbeModule.Http.of(HTTP_DEFAULT, null, "GET", FOUR),
          ProbeModule.Http.of("http_post_2xx", null, "POST", IpChoice.DEFAULT),
          tcp(TCP_DEFAULT, false),
          tcp("tcp_connect_tls", true),
          tcp("tls_connect", true),
          tcp("pop3s_banner", true, expect("^\\+OK")),
          tcp("ssh_banner", false, expect("^SSH-2.0-"), send("SSH-2.0-why502-ssh-check")),
          tcp(
              "ssh_banner_extract",
              false,
              new Step(
                  "^SSH-2.0-([^ -]+)(?: (.*))?$",
                  List.of(new Label("ssh_version", "${1}"), new Label("ssh_comments", "${2}")),
                  null,
                  null,
                  false)),
          tcp(
              "irc_banner",
              false,
              send("NICK prober"),
              send("USER prober prober prober :prober"),
              new Step("PING :([^ ]+)", List.of(), null, "PONG ${1}", false),
              expect("^:[^ ]+ 001")),
          tcp(
              "smtp_starttls",
              false,
              expect("^220 ([^ ]+) ESMTP (.+)$"),
              send("EHLO prober"),
              expect("^250-STARTTLS"),
              send("STARTTLS"),
              expect("^220"),
              new Step(null, List.of(), null, null, true),
              send("EHLO prober"),
              expect("^250-AUTH"),
              send("QUIT")),
          tcp(
              "imap_starttls",
              false,
              expect("OK.*STARTTLS"),
              send(". STARTTLS"),
              expect("OK"),
              new Step(null, List.of(), null, null, true),
              send(". capability"),
              expect("CAPABILITY IMAP4rev1")));

  private final Map<String, ProbeModule> modules = new TreeMap<>();

  Modules(Definitions definitions) {
    USUAL.forEach(module -> modules.put(module.name(), module));
    definitions.modules().forEach(module -> modules.put(module.name(), module));
  }

  @Nullable ProbeModule named(String name) {
    return modules.get(name);
  }

  /** Why there is no module of this name. */
  static String absent(String name) {
    for (Map.Entry<String, String> missing : MISSING.entrySet()) {
      if (name.startsWith(missing.getKey())) {
        return "Module \""
            + Journal.printable(name)
            + "\" is not supported: why502 has blackbox_exporter's http and tcp probers, and not "
            + missing.getValue();
      }
    }
    return "Unknown module \"" + Journal.printable(name) + "\"";
  }

  private static ProbeModule tcp(String name, boolean tls, Step... steps) {
    Duration timeout = name.equals("ssh_banner_extract") ? Duration.ofSeconds(5) : null;
    return new ProbeModule.Tcp(
        name, timeout, IpChoice.DEFAULT, TlsTerms.DEFAULT, tls, List.of(steps));
  }

  private static Step expect(String pattern) {
    return new Step(pattern, List.of(), null, null, false);
  }

  private static Step send(String line) {
    return new Step(null, List.of(), null, line, false);
  }
}
